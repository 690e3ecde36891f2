"""The filters of a search as people give them: checked, and told of where nothing has them.

What is a closed list (countries, roles, kinds, languages) refuses a value that is not in it and says which is
meant. What grows with the collection (themes, institutions, cities, documents) also goes by its name, and
finds nothing for a value that is not there; the answer then says so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from graph.parameters import ParameterError
from ontology.namespaces import ID
from ontology.vocabulary import event_types, practice_kinds, roles
from search_api.search.columns import Columns, Filters
from search_api.search.entries import MENTIONED
from search_api.search.query_names import Named, NameKind, is_country, label_in
from search_api.search.query_understanding import Thing
from search_api.search.query_years import years_of
from search_api.search.words import fold

if TYPE_CHECKING:
    from search_api.search.engine import SearchEngine

#: The parameters that take values, with the field of `Filters` that each fills.
PARAMETERS: Mapping[str, str] = {
    "type": "types",
    "event_type": "event_types",
    "practice_kind": "practice_kinds",
    "theme": "themes",
    "country": "countries",
    "place": "places",
    "actor": "actors",
    "role": "roles",
    "document": "documents",
    "language": "languages",
}
#: What may be ignored of a query.
IGNORABLE = ("country", "place", "actor", "role", "event_type", "practice_kind", "theme", "year")
_LANGUAGES = {"es": "español", "pt": "português", "en": "English"}
#: How near a value must come to be what was meant, of 100 (rapidfuzz, ratio).
_NEAR = 70
_SUGGESTED = 3
#: Most values of one filter, and how many that are not known are compared with all names of the collection.
MOST_VALUES, HELPED = 100, 10
#: A name folded, as it is written, and whose it is.
_Spelling = tuple[str, str, str]


class Unknown(NamedTuple):
    """A value of a filter that nothing in the collection has, and those it may be meant as (key, label)."""

    parameter: str
    value: str
    label: str
    suggestions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """Filters with their values as the index has them, and the values that it has not."""

    filters: Filters
    unknown: tuple[Unknown, ...] = ()


def check_filters(
    engine: "SearchEngine",
    given: Mapping[str, Sequence[str]],
    *,
    year_from: int | None = None,
    year_to: int | None = None,
    moved: Mapping[str, str] | None = None,
) -> Checked:
    """Filters from the values given to each of `PARAMETERS`, each a list that may have commas in it.

    `moved` maps IRIs that were merged to those that stand for them. Raises ParameterError for a value that no
    collection can have, for more values of one than `MOST_VALUES`, and for years the wrong way round.
    """
    if year_from is not None and year_to is not None and year_from > year_to:
        raise ParameterError("year_to", f"{year_to} is before year_from, {year_from}")
    chosen: dict[str, tuple[str, ...]] = {}
    unknown: list[Unknown] = []
    for parameter, field in PARAMETERS.items():
        texts = _split(parameter, given.get(parameter, ()))
        values = [_as_key(parameter, value, moved or {}) for value in texts]
        if not values:
            continue
        found = []
        helped = 0
        spellings: list[_Spelling] = []
        allowed = _allowed(parameter, engine)
        known = engine.facet_values(parameter)
        for value in values:
            if value in known:
                found.append(value)
            elif allowed is None:
                spellings = spellings or _spellings(engine, parameter, known)
                meant = _named_so(value, spellings)
                if meant is None:
                    near = _near(value, spellings) if helped < HELPED else ()
                    helped += 1
                    unknown.append(Unknown(parameter, value, value, near))
                found.append(meant or value)
            elif value in allowed:
                unknown.append(Unknown(parameter, value, allowed[value], ()))
                found.append(value)
            else:
                raise ParameterError(parameter, _refusal(parameter, value, allowed))
        chosen[field] = tuple(dict.fromkeys(found))
    return Checked(Filters(**chosen, year_from=year_from, year_to=year_to), tuple(unknown))


def ignored_things(given: Iterable[str]) -> frozenset[Thing]:
    """What is to be ignored of a query, written `kind:key` ("country:VE", "year:2005-2007").

    Raises ParameterError for what is not written so, and for more than `MOST_VALUES`.
    """
    found = []
    for text in _split("ignore", given):
        kind, colon, key = text.partition(":")
        if kind not in IGNORABLE or not colon or not key:
            raise ParameterError(
                "ignore", f"write kind:value, such as country:VE; kinds are {', '.join(IGNORABLE)}"
            )
        found.append(Thing(kind, key))
    return frozenset(found)


def as_parameters(named: Named) -> dict[str, object]:
    """The parameters that make something named in a query a filter."""
    if named.kind == "year":
        first, last = years_of(named.key)
        return {"year_from": first, "year_to": last}
    return {named.kind: named.key}


def is_applied(named: Named, filters: Filters) -> bool:
    """Whether the filters already narrow to something."""
    if named.kind == "year":
        return years_of(named.key) == (filters.year_from, filters.year_to)
    values: tuple[str, ...] = getattr(filters, PARAMETERS[named.kind])
    return named.key in values


def split(given: Iterable[str]) -> list[str]:
    """The values of a parameter that is repeated, or has commas in it."""
    return [part.strip() for text in given for part in text.split(",") if part.strip()]


def _split(parameter: str, given: Iterable[str]) -> list[str]:
    values = split(given)
    if len(values) > MOST_VALUES:
        raise ParameterError(parameter, f"{len(values)} values are too many; give at most {MOST_VALUES}")
    return values


def _as_key(parameter: str, value: str, moved: Mapping[str, str]) -> str:
    """A value as the index has it: of an IRI its slug, of a merged resource the one that stands for it."""
    if parameter == "country":
        return value.upper()
    if parameter in ("type", "event_type", "practice_kind", "role", "language"):
        return fold(value).replace(" ", "-")
    key = value.rpartition("/")[2] if value.startswith(ID) else value
    if parameter == "theme":
        return Columns.theme_slug(key)
    key = key.lower()
    return moved.get(f"{ID}{parameter}/{key}", key).rpartition("/")[2]


def _allowed(parameter: str, engine: "SearchEngine") -> Mapping[str, str] | None:
    """The values of a closed list with their labels; None where the list is open."""
    match parameter:
        case "country":
            return _countries()
        case "language":
            return {**_LANGUAGES, **engine.facet_values("language")}
        case "role":
            return {**{c.slug: c.label() for c in roles()}, MENTIONED: MENTIONED}
        case "event_type":
            return {c.slug: c.label() for c in event_types()}
        case "practice_kind":
            return {c.slug: c.label() for c in practice_kinds()}
        case "type":
            details = {c.slug: c.label() for c in (*event_types(), *practice_kinds())}
            return {**{kind: kind for kind in Columns.KINDS}, **details}
    return None


@cache
def _countries() -> Mapping[str, str]:
    from babel import Locale

    return {code: name for code, name in Locale("es").territories.items() if is_country(code)}


def _refusal(parameter: str, value: str, allowed: Mapping[str, str]) -> str:
    """Why a value is refused, with those that it may be meant as, or all where they are few."""
    kind: NameKind = "country" if parameter == "country" else "role"
    names = [(label, key) for key, label in allowed.items()] + [(key, key) for key in allowed]
    names += [(label_in(Named(kind, key, key), lang), key) for key in allowed for lang in ("pt", "en")]
    meant = ", ".join(f"{key} ({allowed[key]})" for key, _ in _near(value, _folded(names)))
    question = f"; did you mean {meant}?" if meant else ""
    if parameter == "country":
        return f"{value!r} is no country code of ISO 3166-1, which has two letters such as VE{question}"
    return f"{value!r} is not one of: {', '.join(allowed)}{question}"


def _named_so(value: str, spellings: Iterable[_Spelling]) -> str | None:
    """The one key that has a value for a name."""
    wanted = fold(value)
    keys = {key for folded, _, key in spellings if folded == wanted}
    return keys.pop() if len(keys) == 1 else None


def _spellings(engine: "SearchEngine", parameter: str, known: Mapping[str, str]) -> list[_Spelling]:
    return _folded(
        [
            *((label, key) for key, label in known.items()),
            *((key.replace("-", " "), key) for key in known),
            *((text, named.key) for text, named in engine.names if named.kind == parameter),
        ]
    )


def _folded(names: Iterable[tuple[str, str]]) -> list[_Spelling]:
    return [(fold(text), text, key) for text, key in names]


def _near(value: str, spellings: Sequence[_Spelling]) -> tuple[tuple[str, str], ...]:
    """The keys with a spelling that begins with a value or comes near to it, the best first, each with it."""
    from rapidfuzz import fuzz, process

    words = fold(value).replace("-", " ")
    found = {key: text for folded, text, key in spellings if len(words) > 2 and folded.startswith(words)}
    for _, _, position in process.extract(
        words,
        [folded for folded, _, _ in spellings],
        scorer=fuzz.ratio,
        score_cutoff=_NEAR,
        limit=4 * _SUGGESTED,
    ):
        found.setdefault(spellings[position][2], spellings[position][1])
    return tuple(found.items())[:_SUGGESTED]
