"""Labels of the parts of a practice: "Contexto:", "Factores de éxito", "What did not work", "Caso 3: …".

In: the text of a heading, a cell, a line or a sentence. Out: what its label announces, by which rule. The
labels are in `ingest/lexicon/practice_labels.tsv` (rule ids carry the row, so rows are added at the end).
"""

import re
from functools import cache
from typing import Literal, NamedTuple, cast

from graph.model import PracticeKind
from ingest.lexicon import pattern, rows
from ingest.tokens import fold_keeping_length

PracticeField = Literal["context", "condition", "result", "pitfall"]
FIELDS: tuple[PracticeField, ...] = ("context", "condition", "result", "pitfall")

_LONGEST_LABEL = 70  # characters; more is a sentence
_MOST_WORDS_MORE = 7  # words of a label behind those that tell it ("… para los gobiernos locales")

_MOST_WORDS_LABEL = 5  # of a label inside a text

_NUMBERED = r"\W*(?:(?:\d{1,2}(?:\.\d{1,2})*|[ivx]{1,4}|[a-h])[.):–-]+\s*|\d{1,2}(?:\.\d{1,2})+\s+)?"
_BEFORE = (
    r"(?:(?:los|las|el|la|lo|os|as|o|a|the|our|its|nuestr[oa]s|algun[oa]s|algumas?|alguns|some)\s+)?"
    r"(?:(?:principal(?:es)?|principais|main|key|otr[oa]s|outr[oa]s|other)\s+)?"
)
_BEHIND = (
    r"(?P<more>\s+(?:de|del|da|do|das|dos|para|por|of|for|from|en|em|in|al|a|and|y|e|\w+(?:ad|id)[oa]s?|"
    r"necesari\w+|necessari\w+|previ[oa]s|\w+ed|clave|so far|found|met|principales|principais|"
    r"generales|gerais)\b[^.:;]*)?"
)


class PracticeLabel(NamedTuple):
    """What a label announces. `field` is a field of a practice, "name" (the practice's own name), "other"
    (a part that is none of the fields) or empty; `kind` the kind of practice that stands under it where it
    is not part of a practice; `end` the offset of what it announces.
    """

    field: str
    kind: PracticeKind | None
    rule: str
    end: int


def whole_label(text: str) -> PracticeLabel | None:
    """The label that a heading, cell or line is, with or without a colon at its end."""
    if len(text) > _LONGEST_LABEL:
        return None
    folded = fold_keeping_length(text)
    for regex, label in _labels():
        found = regex.fullmatch(folded)
        more = (found["more"] or "") if found else ""
        if found and len(more.split()) <= _MOST_WORDS_MORE and not pattern("finite_verb").search(more):
            return label._replace(end=len(text))
    return None


def leading_label(text: str) -> PracticeLabel | None:
    """The label that a sentence begins with, up to its colon or dash; `end` is where the rest begins."""
    folded = fold_keeping_length(text[:_LONGEST_LABEL])
    stop = re.search(r"(?::|\s[–—-])(?=\s|\Z)", folded)
    if stop is None:
        return None
    label = whole_label(text[: stop.start()])
    return label._replace(end=stop.end()) if label else None


def labels_in(text: str) -> list[tuple[int, PracticeLabel]]:
    """The labels in a text, also where its lines were joined ("Sede: Lima Resultados: …"): where each begins,
    and the label, with the offset behind its colon.
    """
    found: list[tuple[int, PracticeLabel]] = []
    for colon in re.finditer(r":(?=\s)", text):
        floor = max(found[-1][1].end if found else 0, colon.start() - _LONGEST_LABEL)
        starts = [m.start() for m in re.finditer(r"(?<!\S)\S", text[floor : colon.start()])][
            -_MOST_WORDS_LABEL:
        ]
        for start in (floor + at for at in starts):
            if (text[start].isupper() or start == 0) and (label := whole_label(text[start : colon.start()])):
                found.append((start, label._replace(end=colon.end())))
                break
    return found


def case_heading(text: str) -> PracticeLabel | None:
    """What a heading says that names one practice ("Caso 3: El horno compartido")."""
    folded = fold_keeping_length(text)
    for regex, label in _cases():
        if found := regex.match(folded):
            return label._replace(end=found.end())
    return None


@cache
def _labels() -> "tuple[tuple[re.Pattern[str], PracticeLabel], ...]":
    return tuple(
        (re.compile(rf"{_NUMBERED}¿?{_BEFORE}(?:{row['pattern']}){_BEHIND}[\s*_:.?!]*"), label)
        for row, label in _rows("label")
    )


@cache
def _cases() -> "tuple[tuple[re.Pattern[str], PracticeLabel], ...]":
    return tuple((re.compile(rf"{_NUMBERED}(?:{row['pattern']})"), label) for row, label in _rows("case"))


def _rows(shape: str) -> list[tuple[dict[str, str], PracticeLabel]]:
    return [
        (
            row,
            PracticeLabel(
                row["field"],
                cast("PracticeKind", row["kind"]) if row["kind"] else None,
                f"{row['field'] if row['field'] in FIELDS else 'practice'}-label-{number}",
                0,
            ),
        )
        for number, row in enumerate(rows("practice_labels.tsv"), 1)
        if row["shape"] == shape
    ]
