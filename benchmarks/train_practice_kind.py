"""Learn which sentences tell a practice (`ingest/lexicon/practice_weights.npz`), and whether that pays.

    python -m benchmarks.train_practice_kind [GOLD=DOCUMENTS …] [--only-measure GOLD …] [--write]

Practices: a logistic regression over the embeddings of each sentence and of its passage (none, or one of the
five kinds), trained on documents of our own where people marked all practices: those of tests/data/practices
and, of GOLD (default: tests/data/reports), those whose gold has practices. Each document is judged by a
classifier that was trained on the others: in folds of whole documents, then, for those of GOLD, by one
trained on tests/data/practices alone, whose writer is another; those of --only-measure (default: the 2007
report of ../shared, where it is there) by one trained on all of them. The figures are those of `redpyme eval
extraction`, of the rules, the classifier, and the two together: practices of the rules that the classifier
doubts left out, sentences that it is sure of added, kinds that it is sure of put in place of the rules'.

Measured with documents 59-66 as GOLD: the rules F1 0.74 (precision 0.85, recall 0.65); with the sentences
above 0.9 in passages where no rule reads a practice, F1 0.82 (0.85, 0.80) by the classifier of the other
writer. So these are added. On the 2007 report none is. The classifier alone, its doubts and its kinds lose
there or gain nothing, so they stay out of the product.

Themes: a logistic regression for each of the nine over the embeddings of the vocabulary's own texts and of
the events of the dev half of tests/data/themes.csv; measured on its test half and on the practices of GOLD,
beside words, the likeness of `ingest.theme_likeness`, and words first. The nine classifiers gain on themes of
practices (F1 0.34 to 0.51, where words tell 0.24) and little on those of events (0.97 to 1.00); they are not
in the product: the practices of the 2007 report lost by themes that no word tells.
"""

import argparse
import csv
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.model import Span
from graph.settings import load_settings
from ingest.contract import to_contract
from ingest.extraction import extract
from ingest.practice_likeness import (
    KINDS,
    NONE,
    WEIGHTS,
    Weights,
    features,
    likelihoods,
    sentences_of,
    unread,
)
from ingest.readers import read_document
from ingest.settled_themes import SURE
from ingest.theme_likeness import Encode, ThemeLikeness
from ingest.themes import OBJECTIVE, TITLE, assign_themes
from ontology.vocabulary import main_theme_ids, main_themes, themes
from search_api.embedding.encoder import load_encoder
from search_api.scoring.comparison import counts
from search_api.scoring.gold import PRACTICE_FIELDS, Accepted, Gold, GoldPractice, Quote
from search_api.scoring.gold_files import document_of, gold_files, read_gold
from search_api.scoring.judgements import figures
from search_api.scoring.practice_comparison import share

ROOT = Path(__file__).parents[1]
OWN = ROOT / "tests" / "data"
FOLDS = 6
SEED = 7

Practice = dict[str, Any]
Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Annotated:
    """A document with its gold, what the rules say, and its sentences: span, text, features, passage."""

    group: str
    gold: Gold
    contract: Mapping[str, Any]
    spans: Sequence[Span]
    texts: Sequence[str]
    rows: Vectors
    passages: Sequence[int]

    def labels(self) -> list[str | None]:
        """The kind of practice that each sentence tells of, "none", or None where it is no example: it
        belongs to a practice without being what says it, or it is optional.
        """
        told: list[str | None] = []
        practices = self.gold.practices or ()
        for span in self.spans:
            label: str | None = NONE
            for practice in practices:
                quotes = [q.span for q in practice.quotes if q.span is not None]
                around = [q.span for qs in practice.fields.values() for q in qs if q.span is not None]
                if share(span, quotes) >= 0.5 or any(share(quote, [span]) >= 0.5 for quote in quotes):
                    label = None if practice.optional else practice.kinds.values[0]
                    break
                if share(span, around) >= 0.5:
                    label = None
            told.append(label)
        return told


def annotated(gold: Gold, path: Path, group: str, encode: Encode) -> Annotated:
    """A document with its gold."""
    document = read_document(path, max_bytes=50_000_000, max_pages=2000)
    extraction = extract(document)
    sentences = sentences_of(document, extraction.passages)
    texts, passages = [s.text for s in sentences], [s.passage for s in sentences]
    return Annotated(
        group=group,
        gold=gold.placed(document.text),
        contract=to_contract(extraction),
        spans=[s.span for s in sentences],
        texts=texts,
        rows=features(encode(texts), passages),
        passages=passages,
    )


def own_practices(encode: Encode) -> Iterable[Annotated]:
    """The documents of tests/data/practices, whose gold has a format of its own."""
    for file in sorted((OWN / "practices").glob("*.json")):
        path = next(p for p in (OWN / "practices").glob(f"{file.stem}.*") if p.suffix != ".json")
        text = read_document(path, max_bytes=50_000_000, max_pages=2000).text
        practices = []
        for item in json.loads(file.read_text(encoding="utf-8"))["practices"]:
            start = text.index(item["starts"])
            end = text.index(item["ends"], start) + len(item["ends"])
            fields = {name: tuple(map(Quote, item.get(name, ()))) for name in PRACTICE_FIELDS}
            quote = Quote(text[start:end], Span(start, end))
            practices.append(GoldPractice((quote,), Accepted((item["kind"],)), fields=fields))
        gold = Gold(path.name, events=(), actors=(), practices=tuple(practices))
        yield annotated(gold, path, "tests/data/practices", encode)


def marked(pair: str, encode: Encode) -> Iterable[Annotated]:
    """The documents of GOLD=DOCUMENTS whose gold has practices."""
    folder, _, documents = pair.partition("=")
    for file in gold_files([Path(folder)]):
        gold = read_gold(file)
        if gold.practices is not None:
            path = document_of(gold, file, documents=Path(documents) if documents else None)
            yield annotated(gold, path, Path(folder).name, encode)


def fit(documents: Sequence[Annotated], *, strength: float, model: str) -> Weights:
    """A logistic regression of the kinds; `strength` is that of the L2 penalty on standardised features."""
    from sklearn.linear_model import LogisticRegression

    examples = [
        (row, label)
        for document in documents
        for row, label in zip(document.rows, document.labels(), strict=True)
        if label is not None
    ]
    rows = np.stack([row for row, _ in examples]).astype(np.float64)
    mean, deviation = rows.mean(axis=0), rows.std(axis=0)
    fitted = LogisticRegression(C=1 / strength, max_iter=3000).fit(
        (rows - mean) / deviation, [label for _, label in examples]
    )
    order = [list(fitted.classes_).index(kind) for kind in KINDS]
    of = fitted.coef_[order] / deviation
    bias = fitted.intercept_[order] - of @ mean
    return Weights(of.astype(np.float32), bias.astype(np.float32), model)


def sentences_as_practices(document: Annotated, p: NDArray[np.float64], least: float) -> list[Practice]:
    """Sentences with a practice of at least this probability; neighbours of one kind are one."""
    found: list[Practice] = []
    last = -2
    for n in np.flatnonzero(1 - p[:, 0] >= least).tolist():
        kind = KINDS[1 + int(p[n, 1:].argmax())]
        joined = last == n - 1 and document.passages[last] == document.passages[n]
        if joined and found[-1]["kind"] == kind:
            found[-1]["span"] = [found[-1]["span"][0], document.spans[n].end]
        else:
            found.append({"kind": kind, "text": document.texts[n], "span": list(document.spans[n])})
        last = n
    return found


def touching(document: Annotated, practice: Practice) -> list[int]:
    """The sentences that a practice of the rules stands in."""
    span = Span(*practice["span"])
    return [n for n, s in enumerate(document.spans) if s.start < span.end and span.start < s.end]


def vetoed(document: Annotated, p: NDArray[np.float64], least: float) -> list[Practice]:
    """The rules' practices without those that the classifier thinks less likely than `least`."""
    return [
        practice
        for practice in document.contract["practices"]
        if max((1 - p[n, 0] for n in touching(document, practice)), default=1.0) >= least
    ]


def added(document: Annotated, p: NDArray[np.float64], least: float) -> list[Practice]:
    """The rules' practices and, in passages without one, the sentences that are likelier than `least`."""
    rules = list(document.contract["practices"])
    taken = [Span(*practice["span"]) for practice in rules]
    free = np.full_like(p, 0.0)
    free[:, 0] = 1.0
    open_ = unread(document.spans, document.passages, taken)
    free[open_] = p[open_]
    return [*rules, *sentences_as_practices(document, free, least)]


def renamed(document: Annotated, p: NDArray[np.float64], least: float) -> list[Practice]:
    """The rules' practices, of the kind that the classifier is sure of."""
    practices = []
    for practice in document.contract["practices"]:
        best = p[touching(document, practice)].mean(axis=0)[1:]
        sure = best.max() / max(best.sum(), 1e-9) >= least
        practices.append({**practice, "kind": KINDS[1 + int(best.argmax())]} if sure else practice)
    return practices


Way = Callable[[Annotated, NDArray[np.float64]], list[Practice]]


def ways() -> dict[str, Way]:
    """What is compared, by name."""
    found: dict[str, Way] = {"rules": lambda d, p: list(d.contract["practices"])}
    for least in (0.3, 0.5, 0.7):
        found[f"classifier {least}"] = lambda d, p, t=least: sentences_as_practices(d, p, t)
    for least in (0.02, 0.05, 0.1, 0.2):
        found[f"rules but below {least}"] = lambda d, p, t=least: vetoed(d, p, t)
    for least in (0.7, 0.8, 0.9, 0.95):
        found[f"rules and above {least}"] = lambda d, p, t=least: added(d, p, t)
    for least in (0.5, 0.7, 0.9):
        found[f"rules, kinds above {least}"] = lambda d, p, t=least: renamed(d, p, t)
    return found


def print_practices(documents: Sequence[Annotated], told: Sequence[NDArray[np.float64]]) -> None:
    """Print the figures of each way over the documents together, beside accuracy of kinds."""
    print(f"{'':24} precision  recall     F1   kind")
    for name, way in ways().items():
        total: Counter[str] = Counter()
        for document, p in zip(documents, told, strict=True):
            contract = {**document.contract, "practices": way(document, p)}
            total.update(counts(document.gold, contract))
        said = figures(total)
        figure = [said.get(f"practices.{f}", 0.0) for f in ("precision", "recall", "f1", "kind")]
        print(f"{name:24} {figure[0]:9.3f} {figure[1]:7.3f} {figure[2]:6.3f} {figure[3]:6.3f}")


def measure_practices(
    own: Sequence[Annotated], held: Sequence[Annotated], *, strength: float, model: str
) -> Weights:
    """Print a table for each group and return the weights learned from all of `own`."""
    examples = Counter(label or "left out" for document in own for label in document.labels())
    print(f"{len(own)} documents, sentences by label: {dict(examples)}")
    order = np.random.default_rng(SEED).permutation(len(own)).tolist()
    told: dict[int, NDArray[np.float64]] = {}
    for fold in range(FOLDS):
        out = set(order[fold::FOLDS])
        given = fit([own[i] for i in range(len(own)) if i not in out], strength=strength, model=model)
        told.update({i: likelihoods(own[i].rows, given) for i in out})
    for group in dict.fromkeys(document.group for document in own):
        members = [i for i, document in enumerate(own) if document.group == group]
        print(f"\n{group}: {len(members)} documents, each by a classifier that was not trained on it")
        print_practices([own[i] for i in members], [told[i] for i in members])
    first = [document for document in own if document.group == own[0].group]
    others = [document for document in own if document.group != own[0].group]
    for title, train, test in (
        (f"by a classifier trained on {own[0].group} alone", first, others),
        ("no classifier was trained on", own, held),
    ):
        if test:
            given = fit(train, strength=strength, model=model)
            print(f"\n{len(test)} documents, {title}")
            print_practices(test, [likelihoods(document.rows, given) for document in test])
    return fit(own, strength=strength, model=model)


@dataclass(frozen=True)
class Subject:
    """A text with the sets of themes that are as right, and those that are not punished."""

    text: str
    parts: tuple[tuple[str, float, Span], ...]
    right: tuple[frozenset[str], ...]
    free: frozenset[str] = frozenset()


def events_of(split: str) -> list[Subject]:
    """The events of one half of tests/data/themes.csv, with their objectives."""
    found = []
    with (OWN / "themes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["split"] == split:
                title, objective = row["title"], row["objective"]
                parts = ((title, TITLE, Span(0, len(title))), (objective, OBJECTIVE, Span(0, len(objective))))
                right, free = (frozenset(row[name].split()) for name in ("themes", "also"))
                found.append(Subject(f"{title}. {objective}", parts, (right,), free))
    return found


def practices_as_subjects(documents: Sequence[Annotated]) -> list[Subject]:
    """The practices of the gold that say which themes they are about."""
    found = []
    for document in documents:
        for practice in document.gold.practices or ():
            if practice.themes and not practice.optional:
                text = " ".join(practice.quotes[0].text.split())
                found.append(Subject(text, ((text, 2.0, Span(0, len(text))),), practice.themes))
    return found


def measure_themes(sets: Mapping[str, Sequence[Subject]], encode: Encode) -> None:
    """Print precision, recall and F1 of the themes of each set."""
    from sklearn.linear_model import LogisticRegression

    ids = [theme.notation for theme in main_themes()]
    texts: list[str] = []
    under: list[frozenset[str]] = []
    for theme in themes():
        said = (*theme.labels.values(), *theme.definition.values())
        texts += said
        under += [frozenset(main_theme_ids(theme.notation))] * len(said)
    for event in events_of("dev"):
        texts.append(event.text)
        under.append(event.right[0])
    vectors = encode(texts)
    mean, deviation = vectors.mean(axis=0), vectors.std(axis=0)
    rows = (vectors - mean) / deviation
    models = [
        LogisticRegression(C=0.01, class_weight="balanced", max_iter=2000).fit(rows, [t in u for u in under])
        for t in ids
    ]
    likeness = ThemeLikeness(encode)
    for name, subjects in sets.items():
        inside = (encode([s.text for s in subjects]) - mean) / deviation
        p = np.stack([model.predict_proba(inside)[:, 1] for model in models], axis=1)
        by_classifier = [frozenset(t for t, q in zip(ids, row, strict=True) if q >= 0.5) for row in p]
        by_words = [
            frozenset(a.theme for a in assign_themes(s.parts) if a.theme.startswith("th-")) for s in subjects
        ]
        by_likeness = [
            frozenset(one.theme for one in told if one.probability >= SURE)
            for told in likeness.of([s.text for s in subjects])
        ]
        print(f"\nthemes of {len(subjects)} {name}\n{'':24} precision  recall     F1")
        for way, told in {
            "words": by_words,
            "likeness": by_likeness,
            "words, else likeness": [w or n for w, n in zip(by_words, by_likeness, strict=True)],
            "classifier": by_classifier,
            "words, else classifier": [w or n for w, n in zip(by_words, by_classifier, strict=True)],
        }.items():
            hits = found = wanted = 0
            for subject, said in zip(subjects, told, strict=True):
                best = min(subject.right, key=lambda right, said=said: len(right ^ said))
                hits += len(said & best)
                found += len(said - subject.free)
                wanted += len(best)
            precision, recall = hits / max(found, 1), hits / max(wanted, 1)
            f1 = 2 * precision * recall / max(precision + recall, 1e-9)
            print(f"{way:24} {precision:9.3f} {recall:7.3f} {f1:6.3f}")


def main() -> None:
    """Train, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", nargs="*", metavar="GOLD=DOCUMENTS", default=[str(OWN / "reports" / "gold")])
    parser.add_argument("--only-measure", nargs="*", metavar="GOLD=DOCUMENTS")
    parser.add_argument("--model", default="embedded")
    parser.add_argument("--strength", type=float, default=100.0, help="Of the L2 penalty.")
    parser.add_argument("--write", action="store_true", help="Replace the weights that come with redpyme.")
    args = parser.parse_args()
    report = ROOT.parent / "shared" / "gold" / "sela-iberpyme-2007.json"
    held = args.only_measure if args.only_measure is not None else [str(report)] if report.is_file() else []
    encoder = load_encoder(args.model, cache=load_settings().cache)
    encode = encoder.encode_queries
    own = [*own_practices(encode), *(d for pair in args.gold for d in marked(pair, encode))]
    unseen = [document for pair in held for document in marked(pair, encode)]
    learned = measure_practices(own, unseen, strength=args.strength, model=encoder.id)
    if args.write:
        np.savez_compressed(ROOT / "ingest" / "lexicon" / WEIGHTS, **learned._asdict())
    measure_themes(
        {"events of the test half": events_of("test"), "practices": practices_as_subjects(own)}, encode
    )


if __name__ == "__main__":
    main()
