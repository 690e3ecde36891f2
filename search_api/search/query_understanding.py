"""What a query names: places, years, institutions, kinds of event, themes.

Nothing of this filters. It becomes a soft push in the ranking, further words to look for, and an
interpretation that a result page shows, so that a reader sees what was understood and may turn it into a
filter.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.language import detect
from ontology.vocabulary import roles, themes
from search_api.search.query_names import Mention, Named, NameKind, Names
from search_api.search.query_roles import asked_roles
from search_api.search.query_years import periods
from search_api.search.words import tokens

NEAREST_LABELS = 3
"""Labels of a theme that a query is compared with, the nearest of those embedded: all the Spanish ones and
the preferred ones in Portuguese and English. With four Spanish ones nDCG@10 on the report was 0.04 lower;
with all in the three languages it was the same."""


class Thing(NamedTuple):
    """A thing as it is named in `SearchRequest.ignored`: its kind and its key."""

    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class SoftFilter:
    """Something read from a query, which pushes in the ranking and may be made a filter or be ignored.

    `spans` are the half-open intervals of the query that say it; a theme that is only meant has none.
    `ignored` is true where the reader took it away: it then pushes nothing.
    """

    named: Named
    spans: tuple[tuple[int, int], ...] = ()
    ignored: bool = False


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
    `only_actor` is true where the query is an institution's name and nothing else; `periods` are inclusive
    years, None for an open end. `filters` is all of that in the order of the query, with what the reader
    had ignored, which is in `filters` alone."""

    text: str
    language: str | None = None
    corrections: Mapping[str, str] = field(default_factory=dict)
    countries: tuple[Named, ...] = ()
    places: tuple[Named, ...] = ()
    actors: tuple[Named, ...] = ()
    roles: tuple[Named, ...] = ()
    event_types: tuple[Named, ...] = ()
    practice_kinds: tuple[Named, ...] = ()
    themes: tuple[LikelyTheme, ...] = ()
    periods: tuple[tuple[int | None, int | None], ...] = ()
    only_actor: bool = False
    filters: tuple[SoftFilter, ...] = ()

    @property
    def years(self) -> tuple[int, ...]:
        """The years that the periods begin and end with, in order."""
        return tuple(sorted({year for period in self.periods for year in period if year is not None}))


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
        self._usual = self._usual_deviation()

    def strengths(self, query: NDArray[np.float32]) -> NDArray[np.float32]:
        """How far each theme of the vocabulary stands out for a query vector: the mean cosine to its three
        nearest labels, as a z-score over all themes.

        A query that is about none of them is about equally near to all, and by its own small deviation the
        nearest would stand out as much as a theme that is asked for. So the deviation is at least the one
        that is usual among the labels themselves.
        """
        result = np.zeros(len(themes()), np.float32)
        if len(self._positions):
            averages = self._averages(query)
            deviation = max(float(averages.std()), self._usual) or 1.0
            result[self._positions] = (averages - averages.mean()) / deviation
        return result

    def _averages(self, query: NDArray[np.float32]) -> NDArray[np.float32]:
        """The mean cosine of a query vector to the nearest labels of each theme."""
        cosines = np.append(self._vectors @ query, np.float32(-2))
        nearest = -np.sort(-cosines[self._rows], axis=1)[:, :NEAREST_LABELS]
        return np.asarray(np.nanmean(np.where(nearest > -2, nearest, np.nan), axis=1), np.float32)

    def _usual_deviation(self) -> float:
        """The deviation of a label's nearness over the themes that are not its own, mean of all labels."""
        deviations = []
        for theme, rows in enumerate(self._rows):
            for row in rows[rows < len(self._vectors)]:
                deviations.append(float(np.delete(self._averages(self._vectors[row]), theme).std()))
        return sum(deviations) / len(deviations) if deviations else 0.0


def interpret(
    text: str,
    names: Names,
    *,
    strengths: NDArray[np.float32] | None = None,
    ignored: Collection[Thing] = (),
) -> Interpretation:
    """Read a query. `strengths` are those of `ThemeLabels`; a theme whose name the query says counts as
    at least 3, and themes under 2 are not reported. Of what is `ignored` nothing but its filter is told."""
    named_things = _without_shadows(names.find(text))
    mentions = [*named_things, *_outside_names(_roles(text), named_things), *_years(text)]
    spans: dict[Named, list[tuple[int, int]]] = {}
    for mention in sorted(mentions, key=lambda mention: mention.start):
        spans.setdefault(mention.named, []).append((mention.start, mention.end))
    likely = _likely_themes({named.key for named in spans if named.kind == "theme"}, strengths)
    for theme in likely:
        spans.setdefault(Named("theme", theme.slug, theme.label), [])

    def is_ignored(named: Named) -> bool:
        return Thing(named.kind, named.key) in ignored

    def of(kind: NameKind) -> tuple[Named, ...]:
        return tuple(named for named in spans if named.kind == kind and not is_ignored(named))

    length = len(list(tokens(text)))
    actors = of("actor")
    return Interpretation(
        text=text,
        language=detect(text) if length else None,
        countries=of("country"),
        places=of("place"),
        actors=actors,
        roles=of("role"),
        event_types=of("event_type"),
        practice_kinds=of("practice_kind"),
        themes=tuple(theme for theme in likely if not is_ignored(Named("theme", theme.slug, theme.label))),
        periods=tuple(
            (period.first, period.last)
            for period in periods(text)
            if Thing("year", period.key) not in ignored
        ),
        only_actor=any(_is_all_of(text, span) for actor in actors for span in spans[actor]),
        filters=tuple(SoftFilter(named, tuple(said), is_ignored(named)) for named, said in spans.items()),
    )


def _without_shadows(mentions: Iterable[Mention]) -> list[Mention]:
    """Mentions without the cities that have the name of a country (Panamá, Guatemala)."""
    found = list(mentions)
    countries = {(m.start, m.end) for m in found if m.named.kind == "country"}
    return [m for m in found if m.named.kind != "place" or (m.start, m.end) not in countries]


def _outside_names(found: Iterable[Mention], names: Sequence[Mention]) -> list[Mention]:
    """Mentions that are no part of the name of an institution (Asociación de Expositores)."""
    actors = [name for name in names if name.named.kind == "actor"]
    return [m for m in found if not any(m.start < name.end and name.start < m.end for name in actors)]


def _roles(text: str) -> list[Mention]:
    labels = {concept.slug: concept.label() for concept in roles()}
    return [
        Mention(Named("role", asked.role, labels[asked.role]), asked.start, asked.end)
        for asked in asked_roles(text)
    ]


def _years(text: str) -> list[Mention]:
    return [
        Mention(Named("year", period.key, period.key), period.start, period.end) for period in periods(text)
    ]


def _likely_themes(said: Collection[str], strengths: NDArray[np.float32] | None) -> list[LikelyTheme]:
    """The themes that a query says (`said` are their slugs) or is about, the likeliest first."""
    likely = []
    for position, theme in enumerate(themes()):
        strength = float(strengths[position]) if strengths is not None else 0.0
        if theme.slug in said:
            strength = max(strength, 3.0)
        if strength >= 2.0:
            likely.append(LikelyTheme(theme.notation, theme.slug, theme.label(), round(strength, 2)))
    return sorted(likely, key=lambda theme: -theme.strength)


def _is_all_of(text: str, span: tuple[int, int]) -> bool:
    """Whether a span holds every word of a text."""
    return not any(True for _ in tokens(text[: span[0]] + " " + text[span[1] :]))
