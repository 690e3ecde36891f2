"""Acronyms and CamelCase words that the sentence makes institutions: their form alone does not."""

import re
from collections.abc import Collection, Iterable

from ingest.event_titles import head_at
from ingest.gazetteer import load_gazetteer
from ingest.lexicon import pattern
from ingest.name_lists import chains, kinds_above
from ingest.reading import Reading
from ingest.tokens import fold, fold_keeping_length, tokenise

BY_FORM = frozenset({"acronym", "camel-case"})
"""Rules of mentions that only their form tells."""


def bare_names(
    reading: Reading,
    *,
    in_role: Collection[int],
    titles: Iterable[tuple[int, int]],
    methodologies: Iterable[tuple[int, int]],
) -> frozenset[int]:
    """Mentions (by index) told by their form alone that are institutions where they stand.

    Those in a role, behind an article or a preposition, with an expansion behind or in a list of
    institutions; none inside the title of an event or the name of a methodology (spans in the clean text).
    """
    titles, methodologies = list(titles), list(methodologies)
    listed = _listed_with_names(reading) | kinds_above(reading).keys()
    text = reading.clean.text
    of_events = {match[1] for _, end in titles if (match := _ACRONYM_BEHIND.match(text, end))}
    of_events |= {match[1] for start, end in titles if (match := _ACRONYM_LAST.search(text, start, end))}
    venues = _venues(reading)

    def stays(index: int) -> bool:
        mention = reading.mentions[index]
        if any(start <= mention.start < end for start, end in (*methodologies, *titles)):
            return False
        if mention.name in of_events or pattern("calls_alone").fullmatch(fold(mention.name)):
            return False
        before = fold_keeping_length(text[max(0, mention.start - 24) : mention.start])
        after = text[mention.end : mention.end + 40]
        if (joint := _JOINT.match(after)) and head_at(tokenise(after[joint.end() :]), 0):
            return False  # "FITA - Festival de …"
        return (
            index in in_role
            or index in listed
            or index in venues
            or after.startswith(" (")
            or bool(pattern("introduces_name").search(before))
        )

    return frozenset(
        i
        for i, m in enumerate(reading.mentions)
        if m.rule in BY_FORM and stays(i) and not _is_plain_word(m.name, text)
    )


_JOINT = re.compile(r"\s?[:–—-]\s")

_ACRONYM_BEHIND = re.compile(r"[\s\"”»]{0,2}(?:\(|[-–—]\s)([^\W\d_]{2,15})\b")
"""The short name of an event behind its title: "VI Feria Internacional del Ambiente – FIMA"."""

_ACRONYM_LAST = re.compile(r"\s(?:\(|[-–—]\s)([^\W\d_]{2,15})\)?\Z")


_SHORT = 4
"""Letters of an acronym that may well be a word too (MESA, RED)."""


def _is_plain_word(name: str, text: str) -> bool:
    """Whether the text also writes the word small: a heading's capitals ("EXHIBITION"), no acronym."""
    if len(name) <= _SHORT or not name.isupper():
        return False
    return bool(re.search(rf"(?<![\w@./-]){name.lower()}(?!\w|[@./-]\w)", text))


_AROUND = " \n,.-–()"
"""What may stand around a name that is alone."""


def _venues(reading: Reading) -> set[int]:
    """Mentions that stand alone between full stops, or with their place, where a paragraph tells of an event:
    "I Encuentro de Curtidores. CFCE, Cartagena de Indias."
    """
    found: set[int] = set()
    for unit in reading.units:
        if not any(sentence.phrases or sentence.dates for sentence in unit.sentences):
            continue
        for number, sentence in enumerate(unit.sentences):
            if not sentence.mentions or not number:
                continue
            mention = sentence.mentions[0]
            if mention.rule not in BY_FORM or sentence.text[: mention.start].strip(_AROUND):
                continue
            behind = [p for p in sentence.places if p.span.start >= mention.end]
            end = behind[-1].span.end if behind else mention.end
            between = "".join(
                c
                for at, c in enumerate(sentence.text[mention.end : end], mention.end)
                if not any(p.span.start <= at < p.span.end for p in behind)
            )
            alone = not (between + sentence.text[end:]).strip(_AROUND)
            if alone and len(mention.name) > 2 and not load_gazetteer().readings(fold(mention.name)):
                found.add(sentence.first_mention)
    return found


def _listed_with_names(reading: Reading) -> set[int]:
    """Mentions that stand in one list with an institution that more than its form tells."""
    found: set[int] = set()
    for chain in chains(reading):
        for count in range(1, len(chain) + 1):
            if any(reading.mentions[i].rule not in BY_FORM for i in chain[:count]):
                found.update(chain[:count])
    return found
