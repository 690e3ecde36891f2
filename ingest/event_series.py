"""Events named by the series or list they belong to: "La segunda edición …", "talleres con A, B y C"."""

import re

from ingest.event_drafts import PASSING, EventDraft, known_draft
from ingest.event_titles import editions_in, head_at, title_key, without_edition
from ingest.lexicon import pattern, words
from ingest.places import PlaceMention
from ingest.reading import Reading, Sentence, Unit
from ingest.tokens import fold_keeping_length, tokenise

_EDITION_OF = {"es": "edición de", "pt": "edição de", "en": "edition of"}

_ABOUT_ELSE = re.compile(r"[:\d]")
"""What does not stand between "talleres con" and the partners: "cursos con 40 plazas, entre ellos: …"."""

_LEAST_PLACES = 3
"""Headings with a place that make a text one about a series held in several places."""


def draft_several(sentence: Sentence, drafts: list[EventDraft], parent: EventDraft | None) -> None:
    """One event for each partner or city of "llevamos a cabo talleres con la Alcaldía de A, la de B y la Red
    C".
    """
    folded = fold_keeping_length(sentence.text)
    match = pattern("several_events").search(folded)
    if match is None or parent is not None:
        return
    stop = next((p.start for p in sentence.phrases if p.start > match.end()), len(sentence.text))
    bodies = {m.unit_of for m in sentence.mentions if m.unit_of is not None}
    stop = min(stop, *(at for at in [folded.find(":", match.end())] if at >= 0), len(folded))
    partners = [
        m for i, m in enumerate(sentence.mentions) if match.end() <= m.start < stop and i not in bodies
    ]
    cities = [
        p
        for p in sentence.places
        if p.kind == "city"
        and not p.embedded
        and match.end() <= p.span.start < stop
        and not any(m.start <= p.span.start < m.end for m in sentence.mentions)
    ]
    words = sentence.text[match.start("head") : match.end("head")]
    noun = re.sub(r"(?<=[rnl])es\Z|s\Z", "", words)
    head = head_at(tokenise(noun), 0)
    named = [(m.start, m.end, f"{noun.capitalize()} con {m.name}") for m in partners]
    if len(cities) > len(named):
        named = [(p.span.start, p.span.end, f"{noun.capitalize()} en {p.name}") for p in cities]
    if len(named) < 2 or head is None or _ABOUT_ELSE.search(sentence.text, match.end(), named[0][0]):
        return
    for start, end, title in named:
        at = sentence.start + start
        draft = EventDraft(
            title,
            head[1],
            at,
            sentence.start + end,
            "one-of-several",
            0.6,
            (sentence.start, sentence.end),
            announced=False,
        )
        draft.mentions.append((at, sentence.start + end))
        draft.head_sentences = [sentence]
        drafts.append(draft)


def draft_by_place(reading: Reading, drafts: list[EventDraft]) -> None:
    """One event for each section of a text about a series that has a place for its heading.

    "## Porto Alegre (RS)" under a title that names the series; the section says that something was held.
    """
    series = next((d for d in drafts if d.parent is None and d.rule not in PASSING), None)
    if series is None or not reading.units:
        return
    found = []
    for index, unit in enumerate(reading.units):
        here = _place_alone(unit)
        if here is None:
            continue
        body: list[Sentence] = []
        for other in reading.units[index + 1 :]:
            if other.segment.kind == "heading" and other.segment.level <= unit.segment.level:
                break
            body += other.sentences
        told = " ".join(fold_keeping_length(s.text) for s in body[:6])
        named = fold_keeping_length(without_edition(series.title)) in told
        about = named or any(s.dates for s in body[:6]) or bool(pattern("event_anaphor").search(told))
        if body and about and (pattern("held").search(told) or pattern("to_come").search(told)):
            found.append((unit, here, body))
    if len(found) < _LEAST_PLACES:
        return
    for unit, here, body in found:
        sentence = unit.sentences[0]
        if any(d.start >= sentence.start and d.end <= body[-1].end for d in drafts):
            continue  # the section names an event of its own
        draft = EventDraft(
            f"{without_edition(series.title)} – {here.name}", series.type, sentence.start, sentence.start,
            "edition-in-place", 0.6, (sentence.start, body[-1].end), announced=False,
        )  # fmt: skip
        draft.mentions.append((sentence.start, sentence.end))
        draft.head_sentences = [sentence, *(s for s in body[:3] if s.dates)]
        draft.sentences = [sentence, *body]
        draft.parent = series
        drafts.append(draft)


def _place_alone(unit: Unit) -> PlaceMention | None:
    """The city that a heading is: "Porto Alegre (RS)"."""
    if unit.segment.kind != "heading" or len(unit.sentences) != 1:
        return None
    (sentence,) = unit.sentences
    places = [p for p in sentence.places if p.kind == "city"]
    if not places:
        return None
    rest = sentence.text[: places[0].span.start] + sentence.text[places[0].span.end :]
    return places[0] if len(re.findall(r"[^\W\d_]{4,}", rest)) == 0 else None


def draft_editions(sentence: Sentence, drafts: list[EventDraft], language: str) -> None:
    """Editions that the text names by their number alone: "La segunda edición se celebró en Braga …"."""
    folded = fold_keeping_length(sentence.text)
    opening = pattern("edition_opens").match(folded)
    for match in (
        *((opening,) if opening is not None else ()),
        *pattern("edition").finditer(folded),
        *pattern("numbered_edition").finditer(folded),
    ):
        near = folded[match.end() : match.end() + 160]
        dated = any(not d.weak and abs(d.span.start - match.end()) < 160 for d in sentence.dates)
        placed = any(
            p.kind == "city" and not p.embedded and 0 <= p.span.start - match.end() < 160
            for p in sentence.places
        )
        happens = any(
            p.search(near) for p in (pattern("held"), pattern("to_come"), pattern("occurs"))
        ) or pattern("held").search(folded[: match.start()])
        if not (happens or match is opening) or not (dated or placed):
            continue
        if re.match(
            r"\s+(?:de(?:l| la| los)? |d[ao]s? |of (?:the )?)?[A-ZÁÉÍÓÚ“\"«]",
            sentence.text[match.end() : match.end() + 12],
        ):
            continue  # "la XVII Cumbre Iberoamericana" has a name of its own
        head = match["head"]
        series = next(
            (
                d
                for d in drafts
                if d.start < sentence.start + match.start()
                and d.parent is None
                and (head in words("any_event_nouns") or head in fold_keeping_length(d.title))
                and len(title_key(d.title)) >= 2
            ),
            None,
        )
        if series is None:
            continue
        ordinal = sentence.text[match.start("ordinal") : match.end("ordinal")]
        name = without_edition(series.title)
        if ordinal.isdigit():
            ordinal = f"{ordinal}.ª"
        title = (
            f"{ordinal.capitalize()} {_EDITION_OF[language]} {name}"
            if head in words("any_event_nouns")
            else f"{ordinal.capitalize()} {name}"
        )
        twin = known_draft(drafts, title)
        if twin is not None and editions_in(title_key(twin.title)) == editions_in(title_key(title)):
            continue
        start, end = sentence.start + match.start("ordinal"), sentence.start + match.end()
        draft = EventDraft(
            title,
            series.type,
            start,
            end,
            "edition-of-series",
            0.7,
            (sentence.start, sentence.end),
            announced=False,
        )
        draft.mentions.append((start, end))
        draft.head_sentences = [sentence]
        draft.sentences = [sentence]
        drafts.append(draft)
