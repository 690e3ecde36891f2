"""Editions of a series listed by year under a heading that says so: "Edições anteriores", "2018: Natal".

In: a reading, what is drafted already and the document's title. Out: a draft for each edition that names
itself by no more than its year, its place or its number. What the series is called is told by the item
("SALMIN 2018"), the heading ("Ediciones de la Feria Clara"), the event that the text is about, or the title;
where none does, an edition has no other name than its year.
"""

import re
from collections.abc import Iterator, Sequence

from ingest.event_drafts import PASSING, EventDraft
from ingest.event_titles import clean_title, head_at, without_edition
from ingest.lexicon import pattern
from ingest.reading import Reading, Sentence, Unit
from ingest.tokens import fold_keeping_length, tokenise

_LEAST = 3
"""Editions that make a list of them: two years may stand under any heading."""

_FACTS = 2
"""Sentences below a heading that may say when and where."""

_EDITION = {"es": "Edición", "pt": "Edição", "en": "Edition"}

_LONGEST_ENTRY = 160
"""Characters of an entry; a longer text that opens with a year tells a story."""

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_PARTS = re.compile(r"\s+[|–—·»:-]\s+|\s*[|»]\s*|:\s+")


def draft_listed_editions(reading: Reading, drafts: list[EventDraft], *, title: str | None) -> None:
    """Append a draft of each listed edition that no draft tells yet."""
    for index, unit in enumerate(reading.units):
        heading = _says_editions(unit)
        if heading is None:
            continue
        entries = list(_entries(reading.units, index))
        if len({year for _, year, _ in entries}) < _LEAST:
            continue
        taken = [(d.start, d.end) for d in drafts]
        series = heading or _series(reading, drafts, title)
        for entry, year, below in entries:
            span = entry.segment.clean
            if any(span.start <= start and end <= span.end for start, end in taken):
                continue
            name = _own_name(entry, year)
            if name is None:
                name = f"{without_edition(series) if series else _EDITION[reading.language]} {year}"
            drafts.append(_draft(entry, entry.text.find(year) + len(year), below, name))


def _says_editions(unit: Unit) -> str | None:
    """The name of the series (may be empty) where a heading or a line says that editions follow."""
    text = clean_title(unit.text)
    if unit.segment.kind not in {"heading", "paragraph"} or len(text) > _LONGEST_ENTRY:
        return None
    match = pattern("editions_follow").search(fold_keeping_length(text))
    if match is None:
        return None
    start, end = match.span("series")
    return clean_title(text[start:end]) if start >= 0 else ""


def _entries(units: Sequence[Unit], heading: int) -> Iterator[tuple[Unit, str, tuple[Sentence, ...]]]:
    """The units under a heading that open with a year, or a name and a year: each with its year and, where it
    is a heading itself, what stands below it.
    """
    top = units[heading].segment
    for at, unit in enumerate(units[heading + 1 :], heading + 1):
        segment = unit.segment
        ends = segment.kind == "heading" and top.kind == "heading" and segment.level <= top.level
        if ends and not _YEAR.search(segment.text):
            return
        if segment.row is not None or not unit.sentences or len(segment.text) > _LONGEST_ENTRY:
            continue
        match = pattern("edition_entry").match(fold_keeping_length(segment.text))
        if match is not None:
            below = units[at + 1 : at + 2] if segment.kind == "heading" else ()
            yield (
                unit,
                match["year"],
                tuple(s for u in below if u.segment.kind != "heading" for s in u.sentences),
            )


def _own_name(unit: Unit, year: str) -> str | None:
    """ "SALMIN 2018" at the head of an entry."""
    before = unit.text[unit.lead : unit.text.find(year)].strip(" -–—:(,")
    named = re.fullmatch(r"[A-Z][\w.&-]*(?: [A-Z][\w.&-]*){0,3}", before)
    if named is None or pattern("edition_noun").search(fold_keeping_length(before)):
        return None
    return f"{before} {year}"


def _series(reading: Reading, drafts: Sequence[EventDraft], title: str | None) -> str | None:
    """What the text is about: its main event, else what its title names beside "Ediciones anteriores"."""
    main = next((d for d in drafts if d.parent is None and d.rule not in PASSING), None)
    if main is not None:
        return main.title
    first = next((u.text for u in reading.units if u.segment.kind == "heading"), "")
    for text in (title or "", first):
        for part in _PARTS.split(text):
            if len(part) > 3 and not pattern("editions_follow").search(
                fold_keeping_length(clean_title(part))
            ):
                return clean_title(part)
    return None


def _draft(entry: Unit, end: int, below: Sequence[Sentence], name: str) -> EventDraft:
    """`end` is that of what names the edition, in the text of its entry."""
    tokens = tokenise(name)
    heads = (head_at(tokens, at) for at in range(len(tokens)))
    kind = next((head[1] for head in heads if head is not None), "otro")
    span = entry.segment.clean
    draft = EventDraft(
        name, kind, span.start + entry.lead, span.start + end, "listed-edition", 0.65, (span.start, span.end),
        announced=False,
    )  # fmt: skip
    draft.mentions.append((draft.start, draft.end))
    draft.head_sentences = [*entry.sentences, *below[:_FACTS]]
    draft.sentences = [*entry.sentences, *below]
    return draft
