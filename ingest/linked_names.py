"""Names that the address behind a link spells: `[Hilo Rojo](https://hilorojo.org)` names an institution.

In: the text of a document with its marks. Out: names, with the type and the country that the end of the
address tells. Whoever has a site has it under its own name, in any language, so that the address tells a name
of no known form.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from ingest.acronyms import acronym_fits
from ingest.event_titles import head_at
from ingest.gazetteer import load_gazetteer
from ingest.grammar import NAME_SHAPES, OF, SMALL
from ingest.institution_mentions import Known
from ingest.lexicon import event_heads, institution_heads, pattern, words
from ingest.listed_names import says_nothing
from ingest.person_names import is_person
from ingest.tokens import fold, tokenise
from ingest.well_known_places import PlaceTest

_LONGEST = 60  # characters of a name
_LONGEST_NAME = 7  # words
_MOST_LINKS = 5_000  # of one document
_SHORTEST = 3  # letters of a name, and of the part of an address that spells it
_ABBREVIATES = 0.9  # how well a part of an address must abbreviate a name of several words
_LINK = re.compile(
    r"<a\s[^<>]{0,300}?href\s?=\s?[\"']?(?P<href>[^\s\"'<>]{4,300})[^<>]{0,300}>\s{0,9}"
    rf"(?P<inside>(?:<\w{{1,9}}>)?[^<>\r\n]{{2,{_LONGEST}}})</"
    rf"|(?<![!\\])\[(?P<linked>[^\[\]\r\n]{{2,{_LONGEST}}})\]\s?\((?P<to>[^()\s]{{4,300}})",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"(?:https?:)?//(?P<host>[\w.-]{4,100})(?::\d{1,5})?(?P<path>/[^?#\s]{0,200})?", re.IGNORECASE
)
_PLATFORM = re.compile(
    r"(?:\A|\.)(?:facebook|instagram|twitter|x|linkedin|fb|youtube|github|t)\.(?:com|me)\Z"
)
_TYPES = (
    (".edu.", "university"),
    (".ac.", "university"),
    (".gob.", "government-agency"),
    (".gov.", "government-agency"),
    (".gub.", "government-agency"),
    (".gouv.", "government-agency"),
    (".org.", "ngo-foundation"),
    (".ong.", "ngo-foundation"),
    (".com.", "company"),
)
"""What the end of an address says of who has it, the surest first."""
_DAYS = frozenset({"day", "days", "week", "year", "live"})
"""Last words of names of events that are no heads of their own."""
_LODGINGS = re.compile(r"\.(?:wordpress|blogspot|medium|wixsite|weebly|tumblr|substack|google)\.com\Z")
"""Hosts that lodge sites of others, so that the end of the address says nothing of them."""
_STEPS = frozenset({"pg", "pages", "company", "in", "school", "user", "c", "groups", "showcase", "channel"})
_EDGE = " \t*_`\"'“”«»,.:;"


def linked_names(text: str, is_place: PlaceTest) -> list[tuple[str, Known]]:
    """Names, each once, that their own address spells; no persons, places, events or plain words."""
    if "](" not in text and "<a " not in text.lower():
        return []
    found: dict[str, Known] = {}
    for link in islice(_LINK.finditer(text), _MOST_LINKS):
        shown = re.sub(r"<[^<>]*>", "", link["inside"] or link["linked"] or "").strip(_EDGE)
        address = _ADDRESS.match(link["href"] or link["to"])
        if address is None or not _may_name(shown, is_place):
            continue
        host = address["host"].lower()
        if _PLATFORM.search(host) and _is_like_a_persons(shown):
            continue
        if _spells(_parts(host, address["path"] or ""), shown):
            name = " ".join(shown.split())
            known = Known(name, _type_of(host, name), _country_of(host), None, acronym=" " not in name)
            found.setdefault(name, known)
    return list(found.items())


def _is_like_a_persons(name: str) -> bool:
    """Whether two or three plain words with capitals may as well be whose account it is."""
    tokens = tokenise(name)
    return len(tokens) in {2, 3} and all(
        t.shape == "Capital" and t.folded not in institution_heads() for t in tokens
    )


def _type_of(host: str, name: str) -> str | None:
    """The type that the end of an address tells where no word of the name does."""
    if (
        _PLATFORM.search(host)
        or _LODGINGS.search(host)
        or any(t.folded in institution_heads() for t in tokenise(name))
    ):
        return None
    return next((kind for end, kind in _TYPES if end in f"{host}.".replace("www.", "")), None)


def _country_of(host: str) -> str | None:
    national = pattern("national_domain").search(host)
    return national[1].upper().replace("UK", "GB") if national else None


def _may_name(shown: str, is_place: PlaceTest) -> bool:
    tokens = tokenise(shown)
    if not tokens or len(tokens) > _LONGEST_NAME or tokens[0].shape not in NAME_SHAPES:
        return False
    if any(t.shape not in NAME_SHAPES and t.folded not in SMALL | OF for t in tokens):
        return False
    if says_nothing(shown) or is_place(shown) or any(t.text.isdigit() for t in tokens):
        return False
    folded = fold(shown)
    if head_at(tokens, 0) or tokens[-1].folded in event_heads() or tokens[-1].folded in _DAYS:
        return False
    return not (
        is_person(tokens)
        or folded in words("given_names")
        or folded in load_gazetteer().subdivisions
        or "." in shown
    )


def _spells(parts: Iterable[str], name: str) -> bool:
    """Whether a part of an address is the name or abbreviates it."""
    compact = re.sub(r"[^a-z0-9]", "", fold(name))
    if len(compact) < _SHORTEST:
        return False
    return any(
        part == compact
        or (len(compact) > 2 * _SHORTEST and (part.startswith(compact) or compact.startswith(part)))
        or (" " in name and acronym_fits(part, name) >= _ABBREVIATES)
        for part in parts
        if len(part) >= _SHORTEST
    )


def _parts(host: str, path: str) -> Iterator[str]:
    """The parts of an address that bear names: those of the host but its last, or on a platform the
    account.
    """
    if _PLATFORM.search(host):
        steps = [step for step in path.lower().split("/") if step and step not in _STEPS]
        named = steps[:1]
    else:
        named = host.split(".")[:-1]
    for part in named:
        yield re.sub(r"[^a-z0-9]", "", fold(part))
