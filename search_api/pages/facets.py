"""Facets: how the results of a list or a search spread over a property, each value a link that narrows."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from search_api.resources.base import Ref
from search_api.resources.links import with_query

S = TypeVar("S")
#: Most values shown of one facet.
VALUES = 12


@dataclass(frozen=True, slots=True)
class Count:
    """How many results have a value; `language` is that of its label where it is not the reader's."""

    value: str
    label: str
    count: int
    language: str | None = None


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value: `url` narrows the results to it or, when it is chosen, takes the choice back."""

    label: str
    language: str | None
    count: int
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A property with its values, the most frequent first."""

    name: str
    title: str
    values: tuple[FacetValue, ...]


def facet(
    *,
    name: str,
    title: str,
    counts: Iterable[Count],
    path: str,
    parameters: Mapping[str, object],
) -> Facet:
    """A facet for the page `path` with its present `parameters`.

    A choice leads back to the first page of results.
    """
    chosen = str(parameters.get(name) or "").split(",")
    kept = {key: value for key, value in parameters.items() if key not in (name, "offset")}

    def is_chosen(value: str) -> bool:
        return value.casefold() in (other.casefold() for other in chosen)

    def toggled(value: str) -> str:
        if not is_chosen(value):
            return value
        return ",".join(other for other in chosen if other.casefold() != value.casefold())

    values = [
        FacetValue(
            label=one.label,
            language=one.language,
            count=one.count,
            chosen=is_chosen(one.value),
            url=with_query(path, {**kept, name: toggled(one.value)}),
        )
        for one in sorted(counts, key=lambda c: (-c.count, c.label))
    ]
    shown = [value for n, value in enumerate(values) if n < VALUES or value.chosen]
    return Facet(name=name, title=title, values=tuple(shown))


def facets(
    items: Sequence[S],
    by: Mapping[str, tuple[str, Callable[[S], Iterable[Ref | None]]]],
    *,
    path: str,
    parameters: Mapping[str, object],
) -> tuple[Facet, ...]:
    """The facets of a list; `by` gives for each parameter its title and the resources an item counts for."""
    return tuple(
        facet(name=name, title=title, counts=count_refs(items, refs), path=path, parameters=parameters)
        for name, (title, refs) in by.items()
    )


def count_refs(items: Iterable[S], refs: Callable[[S], Iterable[Ref | None]]) -> list[Count]:
    """How many of the items link to each resource, by its slug; no item links to one twice."""
    linked = [ref for item in items for ref in refs(item) if ref is not None]
    counts = Counter([ref.slug for ref in linked])
    found = {ref.slug: ref for ref in linked}
    return [Count(slug, ref.label, counts[slug], ref.label_language) for slug, ref in found.items()]
