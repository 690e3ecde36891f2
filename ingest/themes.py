"""Themes of a text, by the terms of the concept scheme found in it.

The terms (labels and alternative labels in three languages) are matched on folded, singular
forms, so that "fondos de garantías" finds "fondo de garantía". Words in a title weigh more than
words in an objective, and those more than the rest; a narrower topic speaks for its broader theme too.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from typing import NamedTuple

from graph.model import Evidence, Span, ThemeAssignment
from ingest.lexicon import words
from ingest.term_index import TermIndex, TermMatch, longest_apart
from ingest.tokens import Token, fold, tokenise
from ontology.vocabulary import main_theme_ids, themes

TITLE, OBJECTIVE, BODY = 3.0, 1.7, 0.45
"""Weights of a term by where it stands; set, as `ACCEPT`, on the themes of the 2007 report."""

ACCEPT = 1.6
"""Least weight for a theme to be assigned; one term in a title is enough, one in the body is not."""

_MOST = 8
"""Most themes of one text."""

FROM_EVENT = " (del evento)"
"""End of the reason for a theme that was taken over from the event."""


_PLURALS = (
    ("coes", "cao"),
    ("soes", "sao"),
    ("oes", "ao"),
    ("ciones", "cion"),
    ("siones", "sion"),
    ("ies", "y"),
    ("ais", "al"),
    ("eis", "el"),
)
"""Endings of plurals and of their singulars, the longer before those they end with."""


class ThemeTerm(NamedTuple):
    """A term of a theme found in a text, at `start` to `end`."""

    theme: str
    term: str
    start: int
    end: int


@lru_cache(maxsize=16_384)
def singular(word: str) -> str:
    """The folded singular of a noun in es, pt or en, near enough to compare two forms of it."""
    word = fold(word)
    if len(word) <= 4 or not word.endswith("s"):
        return word
    for ending, replacement in _PLURALS:
        if word.endswith(ending):
            return word[: -len(ending)] + replacement
    if word.endswith("es") and word[-3] in "rnldjz":
        return word[:-2]
    return word[:-1]


@cache
def _theme_terms() -> TermIndex[str]:
    """The terms of all themes by their singular words, each with the id of its theme."""
    return TermIndex(
        ([singular(t.text) for t in tokenise(term)], theme.notation)
        for theme in themes()
        for term in (*theme.labels.values(), *theme.terms())
    )


def find_theme_terms(text: str) -> list[ThemeTerm]:
    """Terms of the scheme in `text`; for each place the longest term of each theme."""
    tokens = tokenise(text)
    by_theme: dict[str, list[TermMatch[str]]] = defaultdict(list)
    for match in _theme_terms().matches([singular(t.text) for t in tokens]):
        if not _is_common_word(tokens[match.start : match.end]):
            by_theme[match.value].append(match)
    return sorted(
        (
            ThemeTerm(
                theme,
                text[tokens[m.start].start : tokens[m.end - 1].end],
                tokens[m.start].start,
                tokens[m.end - 1].end,
            )
            for theme, matches in by_theme.items()
            for m in longest_apart(matches)
        ),
        key=lambda t: t.start,
    )


def _is_common_word(tokens: Sequence[Token]) -> bool:
    """An acronym's letters in lower case ("tic", "it") are a word, not the term."""
    return len(tokens) == 1 and len(tokens[0].text) <= 3 and tokens[0].text.islower()


def assign_themes(
    parts: Iterable[tuple[str, float, Span]], *, rule: str = "theme-terms"
) -> tuple[ThemeAssignment, ...]:
    """Themes of something told in `parts`: (text, weight, span of the text in the source).

    Each theme has its confidence, the terms as its reason, and the parts as evidence. A topic outside the
    nine themes, or narrower than one, is assigned by its own id ("xt-…") beside the theme above it.
    """
    weight: dict[str, float] = defaultdict(float)
    terms: dict[str, dict[str, float]] = defaultdict(dict)
    written: dict[str, str] = {}
    where: dict[str, list[Span]] = defaultdict(list)
    for text, part_weight, span in parts:
        for found in find_theme_terms(text):
            key = " ".join(singular(t.text) for t in tokenise(found.term))
            written.setdefault(key, " ".join(found.term.split()))
            value = part_weight * (0.6 if key in words("broad_theme_terms") and part_weight < TITLE else 1.0)
            targets = {found.theme: 1.0} | {
                main: 0.9 for main in main_theme_ids(found.theme) if found.theme.startswith("xt-")
            }
            for theme, share in targets.items():
                before = terms[theme].get(key, 0.0)
                # the same term again adds little
                gain = value * share if not before else 0.15 * value * share
                weight[theme] += gain
                terms[theme][key] = before + gain
                if span not in where[theme]:
                    where[theme].append(span)
    mains = [value for theme, value in weight.items() if theme.startswith("th-")]
    told = max(mains, default=0.0)
    if 0.5 * ACCEPT <= told < ACCEPT:
        # Neither title nor objectives name one of the nine: what the body says most of is the best there is.
        weight = {t: v * (ACCEPT / (0.75 * told) if t.startswith("th-") else 1.0) for t, v in weight.items()}
    strongest = max(weight.values(), default=0.0)
    chosen = sorted(
        (theme for theme, value in weight.items() if value >= ACCEPT and value >= 0.3 * strongest),
        key=lambda theme: -weight[theme],
    )
    assigned = []
    for theme in chosen[:_MOST]:
        confidence = round(1 - math.exp(-weight[theme] / 2.2), 3)
        telling = sorted(terms[theme], key=lambda k: -terms[theme][k])[:5]
        reason = "palabras: " + ", ".join(f"«{written[key]}»" for key in telling)
        assigned.append(
            ThemeAssignment(
                theme,
                confidence,
                reason,
                tuple(Evidence(span, rule, confidence) for span in where[theme][:4]),
            )
        )
    return tuple(assigned)


def of_event(assigned: Sequence[ThemeAssignment]) -> tuple[ThemeAssignment, ...]:
    """The themes that something told at an event takes over from it: the first two, less sure."""
    return tuple(
        replace(theme, confidence=round(0.7 * theme.confidence, 3), reason=theme.reason + FROM_EVENT)
        for theme in assigned[:2]
    )
