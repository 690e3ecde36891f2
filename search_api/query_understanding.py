"""What a query names: places, years, institutions, kinds of event, themes.

Nothing of this filters. It becomes a soft push in the ranking, further words to look for, and an
interpretation that a result page shows, so that a reader sees what was understood and may turn it into a
filter.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ontology.vocabulary import event_types, practice_kinds, themes
from search_api.lexical import fold, tokens

NameKind = Literal["country", "actor", "event-type", "practice-kind", "theme"]

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_LONGEST = 10
_NOT_COUNTRIES = {"EU", "EZ", "QO", "RE", "UN", "XA", "XB", "ZZ"}
"""Codes of CLDR that are no countries, and Réunion, because a reunión is a meeting."""
NEAREST_LABELS = 3
"""Labels of a theme that a query is compared with, the nearest of those embedded: all the Spanish ones and
the preferred ones in Portuguese and English. With four Spanish ones nDCG@10 on the report was 0.04 lower;
with all in the three languages it was the same."""

# Demonyms, which neither CLDR nor GeoNames has: folded stems that with the endings -o, -a, -os, -as, -e, …
# make Spanish, Portuguese and English forms.
_DEMONYMS = {
    "AR": "argentin argentine argentinian",
    "BO": "bolivian boliviana",
    "BR": "brasilen brasiler brasileir brazilian",
    "CL": "chilen chilean",
    "CO": "colombian",
    "CR": "costarricens costarriquen costa-riquenh",
    "CU": "cuban",
    "DO": "dominican",
    "EC": "ecuatorian equatorian ecuadorian",
    "ES": "espan espanol espanh spanish",
    "GT": "guatemaltec guatemalan",
    "HN": "hondurens honduren hondurenh honduran",
    "MX": "mexican",
    "NI": "nicaraguens nicaraguan",
    "PA": "panamen panamenh panamanian",
    "PE": "peruan peruvian",
    "PT": "portugues portuguese",
    "PY": "paraguay paraguai paraguayan",
    "SV": "salvadoren salvadorenh salvadoran",
    "UY": "uruguay uruguai uruguayan",
    "VE": "venezolan venezuelan",
}
_ENDINGS = (
    "",
    "o",
    "a",
    "os",
    "as",
    "e",
    "es",
    "s",
    "ns",
    "no",
    "na",
    "nos",
    "nas",
    "ola",
    "oles",
    "olas",
    "a",
)


@dataclass(frozen=True, slots=True)
class Named:
    """Something the query names: `key` as filters take it (ISO code, slug), and its label."""

    kind: NameKind
    key: str
    label: str


@dataclass(frozen=True, slots=True)
class LikelyTheme:
    """A theme the query is likely about. `strength` is how far it stands out among the themes, in standard
    deviations of the query's similarity to all of them, or 3 and more where the query says its name."""

    id: str
    slug: str
    label: str
    strength: float


@dataclass(frozen=True, slots=True)
class Interpretation:
    """How a query was understood. `corrections` maps words as typed to words of the collection;
    `only_actor` is true where the query is an institution's name and nothing else."""

    text: str
    corrections: Mapping[str, str] = field(default_factory=dict)
    countries: tuple[Named, ...] = ()
    actors: tuple[Named, ...] = ()
    event_types: tuple[Named, ...] = ()
    practice_kinds: tuple[Named, ...] = ()
    themes: tuple[LikelyTheme, ...] = ()
    years: tuple[int, ...] = ()
    only_actor: bool = False


class Names:
    """A dictionary of names of one to ten words, looked up in a text, the longest first."""

    def __init__(self, names: Iterable[tuple[str, Named]]) -> None:
        self._names: dict[tuple[str, ...], list[Named]] = {}
        for text, named in names:
            words = tuple(fold(token.text) for token in tokens(text))
            if words and len(words) <= _LONGEST and named not in self._names.setdefault(words, []):
                self._names[words].append(named)

    def find(self, text: str) -> list[tuple[Named, tuple[int, int]]]:
        """What `text` names, with the positions of its first word and past its last; longest name first."""
        words = list(tokens(text))
        folded = [fold(word.text) for word in words]
        found: list[tuple[Named, tuple[int, int]]] = []
        start = 0
        while start < len(words):
            for length in range(min(_LONGEST, len(words) - start), 0, -1):
                names = self._names.get(tuple(folded[start : start + length]), [])
                if names:
                    found.extend((named, (start, start + length)) for named in names)
                    start += length
                    break
            else:
                start += 1
        return found


def common_names() -> list[tuple[str, Named]]:
    """Countries (with demonyms), kinds of event and of practice, and themes, in three languages."""
    from babel import Locale

    names: list[tuple[str, Named]] = []
    spanish = Locale("es").territories
    for language in ("es", "pt", "en"):
        for code, name in Locale(language).territories.items():
            if code in spanish and len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES:
                names.append((name, Named("country", code, spanish[code])))
    for code, stems in _DEMONYMS.items():
        country = Named("country", code, spanish[code])
        names += [(stem + ending, country) for stem in stems.split() for ending in _ENDINGS]
    for concept in event_types():
        named = Named("event-type", concept.slug, concept.label())
        names += [(form, named) for term in concept.terms() for form in (term, *_plural(term))]
    for concept in practice_kinds():
        named = Named("practice-kind", concept.slug, concept.label())
        names += [(form, named) for term in concept.terms() for form in (term, *_plural(term))]
    for concept in themes():
        named = Named("theme", concept.slug, concept.label())
        names += [(term, named) for term in concept.terms()]
    return names


def theme_labels() -> tuple[list[str], list[str]]:
    """Labels of the themes to embed, and for each the slug of its theme."""
    labels: list[str] = []
    owners: list[str] = []
    for theme in themes():
        wanted = [*theme.terms("es"), theme.label("pt"), theme.label("en")]
        for label in dict.fromkeys(wanted):
            labels.append(label)
            owners.append(theme.slug)
    return labels, owners


class ThemeLabels:
    """Embedded labels of themes, as an index holds them: `vectors`, shape (n, d), and the theme of each row.

    Themes that the vocabulary has got since the index was built have no strength until it is built again."""

    def __init__(self, vectors: NDArray[np.float32], slugs: Sequence[str]) -> None:
        rows: dict[str, list[int]] = {}
        for row, slug in enumerate(slugs):
            rows.setdefault(slug, []).append(row)
        found = [
            (position, rows[theme.slug]) for position, theme in enumerate(themes()) if theme.slug in rows
        ]
        self._vectors = vectors
        self._positions = np.array([position for position, _ in found], np.int64)
        # One row a theme, padded with a column that no label has.
        width = max((len(own) for _, own in found), default=1)
        self._rows = np.array([own + [len(slugs)] * (width - len(own)) for _, own in found], np.int64)

    def strengths(self, query: NDArray[np.float32]) -> NDArray[np.float32]:
        """How far each theme of the vocabulary stands out for a query vector: the mean cosine to its three
        nearest labels, as a z-score over all themes."""
        result = np.zeros(len(themes()), np.float32)
        if len(self._positions):
            cosines = np.append(self._vectors @ query, np.float32(-2))
            nearest = -np.sort(-cosines[self._rows], axis=1)[:, :NEAREST_LABELS]
            means = np.where(nearest > -2, nearest, np.nan)
            averages = np.nanmean(means, axis=1)
            result[self._positions] = (averages - averages.mean()) / (averages.std() or 1.0)
        return result


def interpret(text: str, names: Names, *, strengths: NDArray[np.float32] | None = None) -> Interpretation:
    """Read a query. `strengths` are those of `ThemeLabels`; a theme whose name the query says counts as
    at least 3, and themes under 2 are not reported."""
    found = names.find(text)
    by_kind: dict[str, dict[str, Named]] = {}
    for named, _ in found:
        by_kind.setdefault(named.kind, {}).setdefault(named.key, named)

    def of(kind: NameKind) -> tuple[Named, ...]:
        return tuple(by_kind.get(kind, {}).values())

    said = by_kind.get("theme", {})
    likely = []
    for position, theme in enumerate(themes()):
        strength = float(strengths[position]) if strengths is not None else 0.0
        if theme.slug in said:
            strength = max(strength, 3.0)
        if strength >= 2.0:
            likely.append(LikelyTheme(theme.notation, theme.slug, theme.label(), round(strength, 2)))
    length = sum(1 for _ in tokens(text))
    return Interpretation(
        text=text,
        countries=of("country"),
        actors=of("actor"),
        event_types=of("event-type"),
        practice_kinds=of("practice-kind"),
        themes=tuple(sorted(likely, key=lambda theme: -theme.strength)),
        years=tuple(sorted({int(year) for year in _YEAR.findall(text)})),
        only_actor=any(named.kind == "actor" and span == (0, length) for named, span in found),
    )


def _plural(term: str) -> tuple[str, ...]:
    """Regular Spanish, Portuguese and English plurals of a label's first word (`taller` → `talleres`)."""
    first, space, rest = term.partition(" ")
    if first.endswith("ión"):
        return (first[:-3] + "iones" + space + rest,)
    if first.endswith("ção"):
        return (first[:-3] + "ções" + space + rest,)
    return (first + "s" + space + rest, first + "es" + space + rest)
