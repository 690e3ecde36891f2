"""Documents read on all cores and scored against their gold, one by one and together."""

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from graph.errors import ConfigurationError, RedpymeError
from graph.model import Document, Extraction
from graph.settings import Settings
from ingest.contract import to_contract
from ingest.reading_pool import ReadingPool
from ingest.reading_worker import ReadingLimits, Source
from search_api.scoring.comparison import compare, counts_of
from search_api.scoring.errors import ExtractionError, extraction_errors, worst
from search_api.scoring.gold import Gold
from search_api.scoring.gold_files import document_of, gold_files, read_gold
from search_api.scoring.judgements import figures, mean
from search_api.scoring.rule_scores import Outcome, RuleScore, rule_outcomes, rule_scores

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class DocumentScore:
    """One document scored: the counts of its figures, its errors and the outcomes of its rules."""

    document: str
    gold: Path
    counts: Mapping[str, int]
    errors: Sequence[ExtractionError]
    outcomes: Mapping[tuple[str, str, Outcome], int]

    @property
    def figures(self) -> dict[str, float]:
        """Precision, recall and F1, and accuracies of fields, from 0 to 1."""
        return figures(self.counts)


@dataclass(slots=True)
class ExtractionEvaluation:
    """All documents scored; `skipped` says in words which could not be read."""

    documents: list[DocumentScore] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    @property
    def micro(self) -> dict[str, float]:
        """The figures of all facts together: long documents weigh most."""
        return figures(sum((Counter(score.counts) for score in self.documents), Counter()))

    @property
    def macro(self) -> dict[str, float]:
        """The mean of the documents' figures: each weighs the same."""
        return mean([score.figures for score in self.documents])

    @property
    def errors(self) -> list[ExtractionError]:
        """The errors of all documents."""
        return [error for score in self.documents for error in score.errors]

    @property
    def outcomes(self) -> Counter[tuple[str, str, Outcome]]:
        """The outcomes of the rules over all documents."""
        return sum((Counter(score.outcomes) for score in self.documents), Counter())

    def as_json(self) -> dict[str, Any]:
        """Everything as plain values: figures, errors (the worst first), rules by family and by id."""
        return {
            "documents": [
                {"document": score.document, "gold": str(score.gold), "figures": score.figures}
                for score in self.documents
            ],
            "micro": self.micro,
            "macro": self.macro,
            "errors": [asdict(error) for error in worst(self.errors, len(self.errors))],
            "rules": [_rule(score) for score in rule_scores(self.outcomes)],
            "rules_by_id": [_rule(score) for score in rule_scores(self.outcomes, by_id=True)],
            "skipped": self.skipped,
        }


def evaluate_extraction(
    paths: Iterable[Path],
    *,
    settings: Settings,
    progress: Progress,
    documents: Path | None = None,
    settle: Callable[[Extraction, Document], Extraction] | None = None,
) -> ExtractionEvaluation:
    """Read the documents of the gold in `paths` (files or folders) and score what was read.

    `documents` is the folder of the documents, where they are not near their gold. `settle` may change what
    was read of a document, such as its themes by their meaning. Raises ConfigurationError
    where gold cannot be read or its document is not found, before anything is read.
    """
    files = gold_files(paths)
    golds = [read_gold(file) for file in files]
    sources = [
        _source(document_of(gold, file, documents=documents)) for gold, file in zip(golds, files, strict=True)
    ]
    limits = ReadingLimits(max_bytes=settings.max_document_mb * 2**20, max_pages=settings.max_document_pages)
    evaluation = ExtractionEvaluation()
    progress("read", 0, len(sources))
    with ReadingPool(limits, workers=min(os.cpu_count() or 1, max(1, len(sources)))) as pool:
        read = zip(files, golds, pool.read(sources), strict=True)
        for number, (file, gold, outcome) in enumerate(read, 1):
            if isinstance(outcome, str):
                evaluation.skipped.append(outcome)
            else:
                told = outcome.extraction if settle is None else settle(outcome.extraction, outcome.document)
                evaluation.documents.append(score_document(gold, outcome.document, told, path=file))
            progress("read", number, len(sources))
    if not evaluation.documents:
        raise RedpymeError(f"none of the documents could be read: {'; '.join(evaluation.skipped)}")
    return evaluation


def score_document(gold: Gold, document: Document, extraction: Extraction, *, path: Path) -> DocumentScore:
    """Score what was read from one document against its gold, which came from `path`."""
    placed = gold.placed(document.text)
    contract = to_contract(extraction)
    judgements = compare(placed, contract)
    return DocumentScore(
        document=document.name,
        gold=path,
        counts=counts_of(judgements, placed, contract),
        errors=extraction_errors(judgements, placed, document, extraction),
        outcomes=rule_outcomes(judgements, extraction),
    )


def _rule(score: RuleScore) -> dict[str, Any]:
    return {**asdict(score), "undecidable": score.undecidable, "precision": score.precision}


def _source(path: Path) -> Source:
    try:
        with path.open("rb") as file:
            return Source(path, path.name, hashlib.file_digest(file, "sha256").hexdigest())
    except OSError as error:
        raise ConfigurationError(
            f"{path}: cannot be read: {error.strerror}; check its permissions"
        ) from error
