"""Facets: how the results of a list or a search spread over a property, each value a link that narrows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from search_api.links import with_query
from search_api.resources import Ref

S = TypeVar("S")
#: Most values shown of one facet.
VALUES = 12


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value: `url` narrows the results to it or, when it is chosen, takes the choice back."""

    label: str
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
    counts: Iterable[tuple[str, str, int]],
    path: str,
    parameters: Mapping[str, object],
) -> Facet:
    """A facet of (value, label, count) for the page `path` with its present `parameters`.

    A choice leads back to the first page of results.
    """
    chosen = str(parameters.get(name) or "").casefold().split(",")
    kept = {key: value for key, value in parameters.items() if key not in (name, "offset")}
    values = [
        FacetValue(
            label=label,
            count=count,
            chosen=value.casefold() in chosen,
            url=with_query(path, kept if value.casefold() in chosen else {**kept, name: value}),
        )
        for value, label, count in sorted(counts, key=lambda c: (-c[2], c[1]))
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


def count_refs(items: Iterable[S], refs: Callable[[S], Iterable[Ref | None]]) -> list[tuple[str, str, int]]:
    """How many of the items link to each resource, as (slug, label, count)."""
    found: dict[str, tuple[str, int]] = {}
    for item in items:
        for ref in {ref.slug: ref for ref in refs(item) if ref is not None}.values():
            found[ref.slug] = (ref.label, found.get(ref.slug, ("", 0))[1] + 1)
    return [(slug, label, count) for slug, (label, count) in found.items()]
