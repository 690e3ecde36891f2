"""Names of no known form that a list, a cue or a label makes those of institutions.

"Con el apoyo de Telares del Sur, la CEPAL y Hilo Rojo"; "Organizadores:" and the items of the list below it.
In: pieces of cleaned text and the institutions found in them. Out: names.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from operator import attrgetter

from ingest.event_titles import head_at, is_ordinal
from ingest.grammar import ARTICLES, FOR, IN, NAME_SHAPES, OF, SMALL
from ingest.institution_mentions import InstitutionMention, behind
from ingest.lexicon import institution_heads, pattern, words
from ingest.person_names import is_person
from ingest.roles import find_cues
from ingest.segmentation import Segment
from ingest.tokens import Token, fold, tokenise
from ingest.well_known_places import PlaceTest, may_be_place

_HOSTS = frozenset({"sponsor", "organiser", "host"})
"""Roles that institutions rather than persons have."""

_SELF_GOVERNED = frozenset({"municipio"})
"""Kinds of places that a cue makes bodies ("con el apoyo del Municipio de …")."""

_LONGEST = 8  # tokens of a name that nothing but its capitals tells
_BEFORE = 20  # characters in which a list is opened
_MOST_MEMBERS = 30  # of a list
_LABEL_REST = 25  # characters of a label behind its cue at the most
_MOST_PERSONS = 0.3  # share of persons among the items of a list of institutions


def says_nothing(name: str) -> bool:
    """Whether the words are a common abbreviation, a field or department or a number ("PIB", "Movilidad")."""
    return _is_common(name) or (" " not in name and bool(pattern("field").search(fold(name))))


def _is_common(word: str) -> bool:
    folded = fold(word)
    return (
        folded in words("no_institution") | words("departments") | words("generic_tail")
        or folded in institution_heads()
        or folded.rstrip("s") in words("no_institution")
        or not any(c.isalpha() for c in folded)
    )


def names_listed(text: str, mentions: Sequence[InstitutionMention], is_place: PlaceTest) -> list[str]:
    """Capitalised names of no known form in a list of institutions, or where a cue wants an institution.

    A list is read item by item; its unknown members count when the list has an institution that is known, or
    when it follows a cue and has no person in it ("organizado por Unilever").
    """
    by_start = {m.start: m for m in mentions}
    names: dict[str, None] = {}
    openings = [c.end for c in find_cues(text) if c.side == "after" and c.role in _HOSTS]
    cued = set(openings)
    openings += [m.end() for m in pattern("such_as").finditer(text)]
    plural = {m.end() for m in pattern("plural_of_bodies").finditer(text)}
    plural |= {m.end() for m in pattern("members_of").finditer(text)}
    openings += plural
    # behind an office comes the name of who holds it
    openings += [behind(m) for m in mentions if m.rule != "office-holder"]
    for opening in openings:
        position = opening
        known = 0
        unknown: list[str] = []
        if opening in cued or text[max(0, opening - _BEFORE) : opening].rstrip().endswith(
            (":", "como", "as")
        ):
            opened = pattern("list_opening").match(text[position : position + 60])
            position += opened.end() if opened else 0
        elif opening not in plural:
            separator = pattern("list_separator").match(text, position)
            if separator is None:
                continue
            position = separator.end()
        for _ in range(_MOST_MEMBERS):
            if position in by_start:
                known += by_start[position].rule != "camel-case"  # products are written so too
                position = behind(by_start[position])
            else:
                name = _proper_name(text, position, is_place, mentions)
                if name is None:
                    break
                unknown.append(name)
                position += len(name)
                if pattern("position_after").match(text[position : position + 40]):
                    unknown.pop()
                    break
                beside = re.match(r"\s*\([^()]{1,40}\)", text[position : position + 60])
                position += beside.end() if beside else 0
            separator = pattern("list_separator").match(text, position)
            if separator is None:
                break
            position = separator.end()
        if known or opening in cued or (len(unknown) > 1 and opening in plural):
            names.update(dict.fromkeys(unknown))
    return list(names)


def names_under_labels(segments: Sequence[Segment], is_place: PlaceTest) -> list[str]:
    """Items that are nothing but a name under a label that asks for institutions ("Organizadores:").

    A list with persons in it gives none.
    """
    names: list[str] = []
    for items in _labelled(segments):
        found = [name for item in items if (name := _item_name(item, is_place))]
        persons = sum(1 for item in items if is_person(tokenise(item[:60])))
        if persons <= _MOST_PERSONS * len(items):
            names += found
    return names


_LEAST_BODIES, _SHARE_OF_BODIES = 2, 0.5
"""Items of a list that are known institutions and no more, and their share, that make the other names of the
list those of institutions (ours)."""


def names_among_items(
    segments: Sequence[Segment], found: Sequence[Sequence[InstitutionMention]], is_place: PlaceTest
) -> list[str]:
    """Items that are nothing but a name in a list of which the other items are nothing but institutions."""
    names: list[str] = []
    items: list[tuple[str, bool]] = []
    for segment, mentions in [*zip(segments, found, strict=True), (None, ())]:
        if segment is not None and segment.kind == "list-item":
            text = segment.text.strip(" *•–-\n.;")
            whole = any(m.end - m.start >= _WHOLE * len(text) for m in mentions)
            items.append((text, whole))
            continue
        bodies = sum(1 for _, whole in items if whole)
        if bodies >= _LEAST_BODIES and bodies >= _SHARE_OF_BODIES * len(items):
            for text, whole in items:
                name = None if whole else _item_name(text, is_place)
                if name is not None and len(name) == len(text):
                    names.append(name)
        items = []
    return names


_WHOLE = 0.6  # share of an item's characters that a name must have to be all that it is


def _labelled(segments: Sequence[Segment]) -> Iterator[list[str]]:
    """The items under each label: list items below it, or the lines of one paragraph behind its first."""
    items: list[str] | None = None
    for segment in segments:
        if segment.kind == "list-item":
            if items is not None:
                items.append(segment.text)
            continue
        if items:
            yield items
        label, _, rest = segment.text.partition("\n")
        items = [] if _asks_for_bodies(label, heading=segment.kind == "heading") else None
        if items is not None and rest:
            yield rest.split("\n")
    if items:
        yield items


def _asks_for_bodies(label: str, *, heading: bool) -> bool:
    if not (heading or label.rstrip(" *").endswith(":")):
        return False
    text = label.strip(" *:")
    if len(text) > 60:
        return False
    if pattern("label_of_bodies").search(fold(text)):
        return True
    cues = [c for c in find_cues(text + ":") if c.side == "after" and c.role in _HOSTS]
    return bool(cues) and len(text) - cues[-1].end < _LABEL_REST


def _item_name(item: str, is_place: PlaceTest) -> str | None:
    """The name that an item is, up to a bracket, a dash, a colon or its end."""
    name = _proper_name(item, 0, is_place, ())
    if name is None or not re.match(r"\s*(?:[(:;,.–—|-]|\Z)", item[len(name) :]):
        return None
    return name


_start = attrgetter("start")


def _proper_name(
    text: str, start: int, is_place: PlaceTest, mentions: Sequence[InstitutionMention]
) -> str | None:
    """The run of words with capitals at `start`, with the connectors between them, that may name a body."""
    if text[start : start + 2] == text[start : start + 2].lower():
        return None
    whole = tokenise(text)
    first = bisect_left(whole, start, key=_start)
    tokens = whole[first : first + _LONGEST + 3]
    if not tokens or tokens[0].start != start or tokens[0].shape not in NAME_SHAPES:
        return None
    end = _run(tokens, is_place)
    if end > _LONGEST:
        return None
    head = institution_heads().get(tokens[0].folded)
    if head is not None and (end == 1 or head.strength not in {"qualified", "proper"}):
        return None  # a body, which its own rules read
    if head_at(tokens, 0) or is_ordinal(tokens, 0):
        return None
    name = text[start : tokens[end - 1].end]
    if (
        (head is None and _is_common(tokens[0].text))
        or _is_person(tokens[:end])
        or (end == 1 and says_nothing(name))
    ):
        return None
    if tokens[end - 1].folded in words("no_institution") | words("generic_tail"):
        return None
    if may_be_place(name) or all(is_place(t.text) for t in tokens[:end]) or len(name) < 3:
        return None
    if tokens[0].folded in (words("kinds_of_places") - _SELF_GOVERNED) | words("streets"):
        return None
    if end < len(tokens) and tokens[end].text in {"'", "’"}:
        return None  # "the Loom Growers' Desk"
    if end < len(tokens) and tokens[end].shape == "word" and not _may_follow(tokens[end].folded):
        return None  # "Empresas locales"
    return None if any(m.start < start + len(name) and start < m.end for m in mentions) else name


def _is_person(tokens: Sequence[Token]) -> bool:
    """Whether a whole run of words is a person's name: by its given name, or by its surname."""
    surname = len(tokens) > 1 and tokens[-1].folded in words("surnames")
    return is_person(tokens) or (surname and all(t.shape == "Capital" or t.folded in OF for t in tokens))


def _may_follow(word: str) -> bool:
    """Whether a word written small may stand behind a name of no known form: a small one or a verb."""
    return word in SMALL | words("after_names") or bool(pattern("plural_verb").search(word))


def _run(tokens: Sequence[Token], is_place: PlaceTest) -> int:
    """The token behind the words with capitals and what joins them: "Hilos del Sur", "Code for Looms"."""
    end = 1
    while end < len(tokens):
        if tokens[end].shape in NAME_SHAPES:
            end += 1
            continue
        if tokens[end].shape == "number" and len(tokens[end].text) <= 3 and end + 1 < len(tokens):
            end += 1  # "Artículo 19"
            continue
        ahead = end + 1
        if tokens[end].folded not in OF | FOR | IN:
            break
        while ahead < len(tokens) and tokens[ahead].folded in ARTICLES and ahead <= end + 2:
            ahead += 1
        if ahead >= len(tokens) or tokens[ahead].shape not in NAME_SHAPES:
            break
        if tokens[end].folded in IN and is_place(tokens[ahead].text):
            break
        end = ahead + 1
    return end
