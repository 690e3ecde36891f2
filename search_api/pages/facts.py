"""Claims about a resource by property and value, as a page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass

from search_api.resources.base import Evidence
from search_api.wording.codes import PROPERTY_NAMES, STATUS_NAMES, named
from search_api.wording.localised import dates


@dataclass(frozen=True, slots=True)
class Value:
    """A value that claims state, in words, in which language where that is known, with those claims."""

    text: str
    language: str | None
    claims: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A property in words with its values."""

    name: str
    values: tuple[Value, ...]


def facts(claims: Sequence[Evidence]) -> tuple[Fact, ...]:
    """Claims about one resource by property and value, the properties in the order of `PROPERTY_NAMES`."""
    order = list(PROPERTY_NAMES)
    found: dict[str, dict[str, list[Evidence]]] = {}
    for claim in sorted(claims, key=lambda c: order.index(c.property) if c.property in order else len(order)):
        found.setdefault(claim.property, {}).setdefault(claim.value, []).append(claim)
    return tuple(
        Fact(
            name=named(PROPERTY_NAMES, name),
            values=tuple(
                Value(_in_words(name, text), said[0].language, tuple(said)) for text, said in values.items()
            ),
        )
        for name, values in found.items()
    )


def _in_words(name: str, value: str) -> str:
    if name in ("startDate", "endDate"):
        return dates(value)
    return named(STATUS_NAMES, value) if name == "status" else value
