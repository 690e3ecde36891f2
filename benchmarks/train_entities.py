"""Whether a trained spaCy NER finds institutions better than the rules do, and how to train one.

    python -m benchmarks.train_entities [GOLD=DOCUMENTS …] [--only-measure GOLD=DOCUMENTS …] [--epochs 3]
                                        [--save FOLDER]

Trains a NER (tok2vec of spaCy, blank "xx", CPU) on text of our own and on nothing else: the documents of
GOLD (default: tests/data/reports), with the institutions that people marked in them; and, marked by our
rules, the sample, tests/data/practices and the sentences of tests/data. Each marked document goes in again
with its institutions exchanged for others of the authority file, so that names are learned by what stands
around them.

What is printed is measured on documents that the model was not trained on: the documents of GOLD in four
folds (the exchanged names leave with their document), then, by a model trained on all of them, those of
--only-measure (default: the seven reports of ../shared, where they are there), which are never trained on.
The figures are precision, recall and F1 of the institutions of each document by the scorer of
`redpyme eval extraction`, of

- rules        what `redpyme extract` says;
- NER          every stretch that the model calls ORG, those of one name as one;
- rules or NER the rules' institutions and, of the model's, those that touch no mention of the rules;
- rules, doubtful ones by NER
               the rules' institutions without those that only rules of little confidence (below 0.8)
               found and the model finds nowhere.

Measured with documents 51-66, three epochs, 19,000 words; precision, recall, F1, in folds and on the seven:

rules                          0.944  0.932  0.938      0.946  0.968  0.957
NER                            0.593  0.826  0.690      0.533  0.571  0.552
rules or NER                   0.661  0.953  0.780      0.678  0.968  0.797
rules, doubtful ones by NER    0.944  0.860  0.900      0.973  0.849  0.907

So no trained NER is in the product; the rules were made with 51-58 and the seven known, but the model is
behind by more than that can explain.
"""

import argparse
import csv
import random
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.model import Document, Extraction
from ingest.contract import to_contract
from ingest.extraction import extract
from ingest.first_reading import read
from ingest.readers import read_document
from ingest.reading import Reading
from ontology.authority import institutions
from search_api.catalogue.mentions import names_pattern
from search_api.scoring import names
from search_api.scoring.comparison import counts
from search_api.scoring.gold import Gold
from search_api.scoring.gold_files import document_of, gold_files, read_gold
from search_api.scoring.judgements import figures

ROOT = Path(__file__).parents[1]
OWN = ROOT / "tests" / "data"
FOLDS = 4
DOUBTFUL = 0.8
"""Confidence below which a rule's institution is doubtful: names told by their form or by a plain noun."""
SEED = 7

Spans = list[tuple[int, int]]
Example = tuple[str, Spans]
"""A paragraph and where its institutions stand in it."""


@dataclass(frozen=True)
class Annotated:
    """A document that was read, and its gold."""

    name: str
    gold: Gold
    reading: Reading
    extraction: Extraction

    @property
    def paragraphs(self) -> list[tuple[int, str]]:
        """Where each paragraph begins in the clean text, and its text."""
        return [(unit.segment.clean.start, unit.text) for unit in self.reading.units]

    @property
    def contract(self) -> dict[str, Any]:
        """What the rules say of it."""
        return to_contract(self.extraction)


def annotated(pair: str) -> list[Annotated]:
    """The documents of GOLD=DOCUMENTS, or of a folder of gold with its documents near."""
    gold_folder, _, documents = pair.partition("=")
    found = []
    for file in gold_files([Path(gold_folder)]):
        gold = read_gold(file)
        path = document_of(gold, file, documents=Path(documents) if documents else None)
        document = _document(path)
        found.append(Annotated(path.name, gold.placed(document.text), read(document)[0], extract(document)))
    return found


def by_people(document: Annotated) -> list[Example]:
    """The paragraphs of a document with the names of its gold, the longest of those that overlap."""
    pattern = names_pattern(name for actor in document.gold.actors for name in (actor.name, *actor.names))
    return [
        (text, [match.span() for match in pattern.finditer(text)] if pattern else [])
        for _, text in document.paragraphs
    ]


def by_rules(document: Document) -> list[Example]:
    """The paragraphs of a document with what the rules call institutions and are sure of."""
    reading = read(document)[0]
    examples = []
    for unit in reading.units:
        start = unit.segment.clean.start
        inside = [
            (m.start - start, m.end - start)
            for m in reading.mentions
            if start <= m.start and m.end <= start + len(unit.text) and m.confidence >= DOUBTFUL
        ]
        examples.append((unit.text, inside))
    return examples


def silver() -> list[Example]:
    """Text of our own that nobody marked."""
    paths = [
        *sorted(path for path in (ROOT / "sample" / "documents").iterdir() if path.suffix != ".xlsx"),
        *sorted(path for path in (OWN / "practices").glob("[0-9]*") if path.suffix != ".json"),
    ]
    documents = [_document(path) for path in paths]
    sentences = []
    for name in ("institutions", "roles"):
        with (OWN / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            sentences += [row["text"] for row in csv.DictReader(file)]
    documents.append(Document("0" * 64, "sentences.txt", "text/plain", "\n\n".join(sentences)))
    return [example for document in documents for example in by_rules(document)]


def exchanged(examples: Iterable[Example], rng: random.Random) -> list[Example]:
    """The paragraphs with each institution exchanged for another: a name for a name, an acronym for one."""
    known = institutions()
    pools = {
        False: [form for one in known for form in one.forms() if " " in form],
        True: [acronym for one in known for acronym in one.acronyms],
    }
    made = []
    for text, spans in examples:
        pieces: list[str] = []
        moved: Spans = []
        reached = length = 0
        for start, end in spans:
            name = rng.choice(pools[" " not in text[start:end]])
            pieces += [text[reached:start], name]
            length += start - reached
            moved.append((length, length + len(name)))
            length += len(name)
            reached = end
        if spans:
            made.append(("".join([*pieces, text[reached:]]), moved))
    return made


def train(examples: Sequence[Example], *, epochs: int) -> Any:
    """A pipeline with a NER of one label, ORG, trained on the examples."""
    import spacy
    from spacy.training import Example as Pair
    from spacy.util import compounding, fix_random_seed, minibatch

    fix_random_seed(SEED)
    nlp = spacy.blank("xx")
    nlp.add_pipe("ner").add_label("ORG")
    pairs = []
    for text, spans in examples:
        doc = nlp.make_doc(text)
        found = [doc.char_span(*span, label="ORG", alignment_mode="expand") for span in spans]
        reference = nlp.make_doc(text)
        reference.set_ents(spacy.util.filter_spans([s for s in found if s is not None]))
        if len(doc):
            pairs.append(Pair(doc, reference))
    optimizer = nlp.initialize(lambda: pairs)
    rng = random.Random(SEED)
    for _ in range(epochs):
        rng.shuffle(pairs)
        for batch in minibatch(pairs, size=compounding(4.0, 32.0, 1.01)):
            nlp.update(batch, sgd=optimizer, drop=0.2)
    return nlp


def by_model(nlp: Any, document: Annotated) -> Spans:
    """Where the model finds institutions, in the clean text."""
    starts, texts = zip(*document.paragraphs, strict=True)
    return [
        (start + entity.start_char, start + entity.end_char)
        for start, doc in zip(starts, nlp.pipe(texts), strict=True)
        for entity in doc.ents
    ]


Ways = Mapping[str, Callable[[Annotated, Spans], list[dict[str, Any]]]]


def of_rules(document: Annotated, _: Spans) -> list[dict[str, Any]]:
    return list(document.contract["actors"])


def of_model(document: Annotated, spans: Spans) -> list[dict[str, Any]]:
    """The stretches as institutions, those of one name as one."""
    text = document.reading.clean.text
    found: dict[str, str] = {}
    for start, end in spans:
        name = re.sub(r"\s+", " ", text[start:end])
        found.setdefault(names.key(name), name)
    return [
        {"name": name, "acronyms": [], "variants": [], "type": None, "country": None}
        for name in found.values()
    ]


def of_either(document: Annotated, spans: Spans) -> list[dict[str, Any]]:
    """The rules' institutions and, of the model's, those that touch no mention of the rules."""
    free = [s for s in spans if not any(s[0] < m.end and m.start < s[1] for m in document.reading.mentions)]
    return [*of_rules(document, spans), *of_model(document, free)]


def of_rules_confirmed(document: Annotated, spans: Spans) -> list[dict[str, Any]]:
    """The rules' institutions without the doubtful ones that the model finds nowhere."""
    source = [document.reading.source(*span) for span in spans]
    sure = {
        actor.id
        for actor in document.extraction.actors
        if any(
            m.confidence >= DOUBTFUL or any(s.start < m.span.end and m.span.start < s.end for s in source)
            for m in actor.mentions
        )
    }
    return [actor for actor in of_rules(document, spans) if actor["id"] in sure]


WAYS: Ways = {
    "rules": of_rules,
    "NER": of_model,
    "rules or NER": of_either,
    "rules, doubtful ones by NER": of_rules_confirmed,
}


def score(documents: Sequence[Annotated], found: Sequence[Spans]) -> None:
    """Print the figures of each way over the documents together."""
    print(f"{'':28} precision  recall     F1")
    for name, way in WAYS.items():
        total: Counter[str] = Counter()
        for document, spans in zip(documents, found, strict=True):
            contract = {**document.contract, "events": [], "actors": way(document, spans)}
            total.update(counts(document.gold, contract))
        told = figures(total)
        print(
            f"{name:28} {told['actors.precision']:9.3f} {told['actors.recall']:7.3f} {told['actors.f1']:6.3f}"
        )


def main() -> None:
    """Train in folds and measure, train on all and measure, and save that model where asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", nargs="*", metavar="GOLD=DOCUMENTS", default=[str(OWN / "reports" / "gold")])
    parser.add_argument("--only-measure", nargs="*", metavar="GOLD=DOCUMENTS")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--save", type=Path)
    args = parser.parse_args()
    warnings.filterwarnings("ignore", category=UserWarning)
    reports = ROOT.parent / "shared" / "gold" / "reports"
    held = args.only_measure if args.only_measure is not None else [str(reports)] if reports.is_dir() else []
    rng = random.Random(SEED)
    own = [document for pair in args.gold for document in annotated(pair)]
    marked = [by_people(document) for document in own]
    again = [exchanged(examples, rng) for examples in marked]
    rest = silver()
    rest += exchanged(rest, rng)
    words = sum(len(text.split()) for text, _ in (*rest, *(e for m in marked for e in m)))
    print(f"{len(own)} documents marked by people, {words} words with those marked by rules")
    order = random.Random(SEED).sample(range(len(own)), len(own))
    found: dict[int, Spans] = {}
    for fold in range(FOLDS):
        out = set(order[fold::FOLDS])
        examples = [e for i in range(len(own)) if i not in out for e in (*marked[i], *again[i])]
        nlp = train([*rest, *examples], epochs=args.epochs)
        found.update({i: by_model(nlp, own[i]) for i in out})
    print(f"\n{len(own)} documents, each by a model that was not trained on it")
    score(own, [found[i] for i in range(len(own))])
    if held or args.save:
        nlp = train([*rest, *(e for m in (*marked, *again) for e in m)], epochs=args.epochs)
    for pair in held:
        documents = annotated(pair)
        print(f"\n{len(documents)} documents that no model was trained on ({Path(pair).name})")
        score(documents, [by_model(nlp, document) for document in documents])
    if args.save:
        nlp.to_disk(args.save)


def _document(path: Path) -> Document:
    return read_document(path, max_bytes=50_000_000, max_pages=2000)


if __name__ == "__main__":
    main()
