"""The names that a query is read by: of countries, kinds of event and practice, themes, and of an index."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from ingest.gazetteer import needing_support
from ingest.lexicon import ordinary_words
from ontology.vocabulary import Concept, event_types, practice_kinds, roles, themes
from search_api.search.words import fold, is_stop_word, tokens

NameKind = Literal["country", "place", "actor", "role", "event_type", "practice_kind", "theme", "year"]
"""What a query may name, by the name of the filter that it can be made into."""

_LONGEST = 10
_NOT_COUNTRIES = {"EU", "EZ", "QO", "RE", "UN", "XA", "XB", "ZZ"}
"""Codes of CLDR that are no countries, and Réunion, because a reunión is a meeting."""

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
    *("", "o", "a", "os", "as", "e", "es", "s", "ns", "no", "na", "nos", "nas", "ola", "oles", "olas"),
)
_LOCATES = frozenset({"en", "em", "in"})
_OPEN_ENDS = {"es": ("desde", "hasta"), "pt": ("desde", "até"), "en": ("since", "until")}


@dataclass(frozen=True, slots=True)
class Named:
    """Something the query names: `key` as filters take it (ISO code, slug, years), and its label."""

    kind: NameKind
    key: str
    label: str


class Mention(NamedTuple):
    """A thing that a text names, with the half-open interval of code points that says so."""

    named: Named
    start: int
    end: int


class Names:
    """A dictionary of names of one to ten words, looked up in a text, the longest first."""

    def __init__(self, names: Iterable[tuple[str, Named]]) -> None:
        self._names: dict[tuple[str, ...], dict[Named, set[str]]] = {}  # with the forms of each
        for text, named in names:
            words = tuple(fold(token.text) for token in tokens(text))
            if words and len(words) <= _LONGEST:
                self._names.setdefault(words, {}).setdefault(named, set()).add(text.strip())

    def find(self, text: str) -> Iterator[Mention]:
        """What `text` names, in its order; where names overlap, the one that begins first and is longest.

        A name that is an ordinary word too (SE, PEN, Irã) is one where it is written as the name is, with its
        capitals and accents, or is all of the text: "cómo se financian" names no ministry, and "la ira" no
        country. Where all is in capitals they say nothing.
        """
        words = list(tokens(text))
        written = [word.text for word in words if word.text.isalpha()]
        shouted = len(written) > 1 and all(word.isupper() for word in written)
        folded = [fold(word.text) for word in words]
        start = 0
        while start < len(words):
            for length in range(min(_LONGEST, len(words) - start), 0, -1):
                found = self._names.get(tuple(folded[start : start + length]), {})
                names = list(found)
                if length == 1 and len(words) > 1:
                    located = start > 0 and folded[start - 1] in _LOCATES
                    names = [n for n in names if _is_meant(words[start].text, n, found[n], shouted, located)]
                if names:
                    for named in names:
                        yield Mention(named, words[start].start, words[start + length - 1].end)
                    start += length
                    break
            else:
                start += 1


def _is_meant(word: str, named: Named, forms: Collection[str], shouted: bool, located: bool) -> bool:
    """Whether a word among others is the name that it could be; `located` says that "en" stands before it."""
    ordinary = is_stop_word(fold(word))
    if named.kind in {"country", "place", "actor"}:  # other names are ordinary words
        ordinary = ordinary or word.lower() in ordinary_words()
    if named.kind == "place" and fold(word) in needing_support():
        ordinary = not located
    as_written = word != word.lower() and word in {*forms, *(form.upper() for form in forms)}
    return not ordinary or (as_written and not shouted)


def common_names() -> list[tuple[str, Named]]:
    """Countries (with demonyms), kinds of event and of practice, and themes, in three languages."""
    from babel import Locale

    names: list[tuple[str, Named]] = []
    spanish = Locale("es").territories
    for language in ("es", "pt", "en"):
        for code, name in Locale(language).territories.items():
            if code in spanish and is_country(code):
                names.append((name, Named("country", code, spanish[code])))
    for code, stems in _DEMONYMS.items():
        country = Named("country", code, spanish[code])
        names += [(stem + ending, country) for stem in stems.split() for ending in _ENDINGS]
    for concept in event_types():
        named = Named("event_type", concept.slug, concept.label())
        names += [(form, named) for term in concept.terms() for form in (term, *_plural(term))]
    for concept in practice_kinds():
        named = Named("practice_kind", concept.slug, concept.label())
        names += [(form, named) for term in concept.terms() for form in (term, *_plural(term))]
    for concept in themes():
        named = Named("theme", concept.slug, concept.label())
        names += [(term, named) for term in concept.terms()]
    return names


def label_in(named: Named, lang: str) -> str:
    """The label of a thing in a language: of what has one by nature, not of institutions and cities."""
    if named.kind == "year":
        return _years_in_words(named.key, lang)
    return _labels(named.kind, lang).get(named.key, named.label)


@lru_cache(maxsize=32)
def _labels(kind: NameKind, lang: str) -> Mapping[str, str]:
    if kind == "country":
        from babel import Locale

        return {code: name for code, name in Locale(lang).territories.items() if is_country(code)}
    concepts: Mapping[str, Callable[[], tuple[Concept, ...]]] = {
        "event_type": event_types,
        "practice_kind": practice_kinds,
        "role": roles,
        "theme": themes,
    }
    return {c.slug: c.label(lang) for c in concepts[kind]()} if kind in concepts else {}


def _years_in_words(key: str, lang: str) -> str:
    first, dash, last = key.partition("-")
    if not dash:
        return key
    if first and last:
        return f"{first}–{last}"
    since, until = _OPEN_ENDS.get(lang, _OPEN_ENDS["es"])
    return f"{since} {first}" if first else f"{until} {last}"


def is_country(code: str) -> bool:
    """Whether a territory code of CLDR is that of a country (ISO 3166-1 alpha-2)."""
    return len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES


def _plural(term: str) -> tuple[str, ...]:
    """Regular Spanish, Portuguese and English plurals of a label's first word (`taller` → `talleres`)."""
    first, space, rest = term.partition(" ")
    if first.endswith("ión"):
        return (first[:-3] + "iones" + space + rest,)
    if first.endswith("ção"):
        return (first[:-3] + "ções" + space + rest,)
    return (first + "s" + space + rest, first + "es" + space + rest)
