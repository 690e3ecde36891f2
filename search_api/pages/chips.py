"""The filters at work on a list or a search, in words, each with the address that takes it back."""

from collections.abc import Mapping
from dataclasses import dataclass

from search_api.answers.search_results import facet_label
from search_api.catalogue.catalogue import Catalogue
from search_api.pages.markup import capital
from search_api.resources.links import with_query
from search_api.wording.codes import STATUS_NAMES, named
from search_api.wording.filters import FILTER_NAMES, filter_name
from search_api.wording.languages import gettext as _
from search_api.wording.localised import month_names

#: Parameters of lists that go by another name in a search.
_ALSO = {"kind": "practice_kind", "city": "place"}
YEARS = ("year_from", "year_to")


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter at work: of what, its value in words, and the address without it."""

    title: str
    label: str
    url: str


def chips(
    catalogue: Catalogue, path: str, parameters: Mapping[str, object], *, type_is: str = "type"
) -> tuple[Chip, ...]:
    """The filters among the parameters of a page; `type_is` is the filter that its `type` stands for."""
    kept = {name: value for name, value in parameters.items() if name != "offset"}
    found = []
    for name, given in kept.items():
        known = type_is if name == "type" else _ALSO.get(name, name)
        if known not in FILTER_NAMES:
            continue
        values = [value for value in str(given).split(",") if value]
        for value in values:
            rest = ",".join(other for other in values if other != value)
            url = with_query(path, {**kept, name: rest})
            found.append(Chip(capital(filter_name(known)), _in_words(catalogue, known, value), url))
    years = [parameters.get(name) for name in YEARS]
    if any(years):
        label = f"{years[0] or ''}–{years[1] or ''}" if years[0] != years[1] else str(years[0])
        found.append(Chip(capital(filter_name("year")), label, with_query(path, without_years(kept))))
    return tuple(found)


def without_years(parameters: Mapping[str, object]) -> dict[str, object]:
    """The parameters but for those that name years, and the place in the list."""
    return {name: value for name, value in parameters.items() if name not in ("offset", *YEARS)}


def _in_words(catalogue: Catalogue, name: str, value: str) -> str:
    if name == "status":
        return named(STATUS_NAMES, value)
    if name == "month":
        return month_names()[int(value) - 1] if int(value) else _("sin mes")
    return facet_label(catalogue, name, value, default=value)
