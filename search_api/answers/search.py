"""A search from what is asked to the answer of the interface, for HTTP and for the command line alike."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from search_api.answers.search_results import search_results
from search_api.catalogue.catalogue import Catalogue
from search_api.resources.search import SearchHit, SearchResults

if TYPE_CHECKING:
    from search_api.search.engine import SearchEngine

DEFAULT_K = 10
#: Most results of a search in a file, and how many are ranked at once for it; later ones answer nothing.
MOST_HITS, AT_ONCE = 1000, 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: a text, or what the results are to be `like`; `values` are those of the filters by their
    parameter and of `ignore`, as people give them. `lang` is what the links of the answer keep."""

    text: str = ""
    like: str | None = None
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    year_from: int | None = None
    year_to: int | None = None
    lang: str | None = None
    k: int = DEFAULT_K
    offset: int = 0

    def parameters(self) -> dict[str, object]:
        """The parameters of the request that have a value, but for `offset`."""
        values = {name: ",".join(value for value in given if value) for name, given in self.values.items()}
        years = {"year_from": self.year_from, "year_to": self.year_to}
        k = self.k if self.k != DEFAULT_K else None
        every = {"q": self.text, "like": self.like, "lang": self.lang, **values, **years, "k": k}
        return {name: value for name, value in every.items() if value not in (None, "")}


class Answered(NamedTuple):
    """The answer, and the parameters that lead to it, with values as the collection has them."""

    results: SearchResults
    parameters: dict[str, object]


def answer(asked: Asked, engine: "SearchEngine", catalogue: Catalogue) -> Answered:
    """Search; labels and reasons are in the language of the catalogue.

    Raises ParameterError for a value of a filter that no collection can have, NotFound where there is nothing
    to be like, ValueError where nothing is asked.
    """
    from search_api.search.filters import PARAMETERS, check_filters, ignored_things
    from search_api.search.results import SearchRequest

    checked = check_filters(
        engine, asked.values, year_from=asked.year_from, year_to=asked.year_to, moved=catalogue.moved
    )
    model = engine.find(catalogue.moved.get(asked.like, asked.like)) if asked.like else None
    response = engine.search(
        SearchRequest(
            text=asked.text,
            like=model,
            lang=catalogue.language,
            filters=checked.filters,
            ignored=ignored_things(asked.values.get("ignore", ())),
            k=asked.k,
            offset=asked.offset,
        )
    )
    found = {name: _joined(getattr(checked.filters, field)) for name, field in PARAMETERS.items()}
    parameters = {**asked.parameters(), **({"like": model} if model else {})}
    parameters |= {name: values for name, values in found.items() if values}
    return Answered(
        search_results(response, catalogue, parameters=parameters, checked=checked, like=model), parameters
    )


def all_hits(
    asked: Asked, engine: "SearchEngine", catalogue: Catalogue, *, total: int
) -> Iterator[SearchHit]:
    """The results of a search from the first on, but for those beyond the best `MOST_HITS` of `total`."""
    for offset in range(0, min(total, MOST_HITS), AT_ONCE):
        yield from answer(replace(asked, k=AT_ONCE, offset=offset), engine, catalogue).results.results


def _joined(values: Iterable[str]) -> str:
    return ",".join(values)
