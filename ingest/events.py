"""Events: announced (numbered items, headings, rows of a table) or told in running prose.

An announcement opens a block: what follows, up to the next announcement, is about it. Prose is read sentence by
sentence; phrases with the same content words name the same event, and what their sentences say is gathered.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from graph.model import Role
from ingest.event_phrases import EventPhrase, clean_title, head_at, is_ordinal, title_key
from ingest.places import PlaceMention
from ingest.reading import Reading, Sentence, Unit
from ingest.roles import find_cues
from ingest.tokens import fold_keeping_length, tokenise

HELD = re.compile(
    r"\b(?:se (?:celebro|realizo|llevo a cabo|efectuo|desarrollo|inauguro|celebra|realiza|lleva a cabo|realizaron|"
    r"celebraron|llevaron a cabo|dio inicio|organizo)|tuvo (?:lugar|como sede)|tuvieron lugar|"
    r"fue(?:ron)? (?:realizad|celebrad|inaugurad|organizad|sede)\w*|ha sido (?:realizad|celebrad)\w*|"
    r"realizou-se|celebrou-se|aconteceu|aconteceram|decorreu|ocorreu|teve lugar|foi (?:realizad|organizad|promovid)\w*|"
    r"(?:was|were) (?:held|organi[sz]ed|convened|hosted)|took place|organizo|organizou|celebro|realizo|realizou|"
    r"dicto|dictaron|impartio|impartieron|comenzo|concluyo|culmino|reunio|reuniu|conto con|contou com|brought together|"
    r"recebeu|acolheu|sediou|recibio|acogio|albergo|hosted|convened|organized|organised|held)\b"
)
TO_COME = re.compile(
    r"\b(?:se (?:celebrara|realizara|llevara a cabo|efectuara|desarrollara|realizaran|celebraran)|tendra (?:lugar|como sede)|"
    r"sera (?:realizad|celebrad|organizad|la sede|sede)\w*|programad[oa]s?|previst[oa]s?|a realizarse|a celebrarse|por realizar(?:se)?|"
    r"se hara|dictara|impartira|ofrecera|acontecera|acontece entre|realizar-se-a|sera realizad\w*|ocorrera|tera lugar|will (?:be held|take place|be)|scheduled|"
    r"upcoming|planned|proximas? actividades|proximos? eventos|agenda de actividades|convocatoria)\b"
)
_WITHIN = re.compile(
    r"\b(?:en el marco de(?:l| la| los| las)?|dentro de(?:l| la)|en el contexto de(?:l| la)|no ambito d[oae]s?|no marco d[oae]s?|"
    r"no contexto d[oae]s?|within (?:the framework of )?the|in the framework of(?: the)?|as part of(?: the)?|como parte de(?:l| la)?|"
    r"previo a(?:l| la)?|in the context of(?: the)?|during the)\s+"
)
_BEFORE_DATE = re.compile(
    r"(?:[\s,(–—-]|\b(?:el|los|del?|dias?|desde|entre|nos|no|em|on|from|the|pasado|proximo|en|of|held|celebrado|realizado|"
    r"celebrada|realizada|fecha)\b:?)+\Z"
)
_TAIL = re.compile(r"[\s,;:.(–—-]+(?:en|em|in|at|el|la|los|de|del|y|e|a|on)?\Z")
_LEADING_DATE = re.compile(r"\s*[:.–—\-|,)]*\s*")
_PARTICIPATION = re.compile(
    r"(?:participacion|participacao|participation|asistencia|presencia) (?:en|em|in|no|na|at)(?: (?:el|la|los|las|o|a|the))? "
)


PlaceTest = Callable[[str], bool]
"""Whether a run of words is a place."""


class Announcement(NamedTuple):
    """Where an announcement's title stands in its unit, and what type the event is."""

    title: str
    start: int
    end: int
    type: str
    rule: str
    confidence: float
    ordinal: bool


@dataclass(slots=True)
class EventDraft:
    """An event being read. Offsets are those of the clean text."""

    title: str
    type: str
    start: int
    end: int
    rule: str
    confidence: float
    block: tuple[int, int]
    head_sentences: list[Sentence] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    parent: "EventDraft | None" = None
    institutions_cell: Sentence | None = None
    institutions_role: Role = "organiser"
    objective_cell: Sentence | None = None
    scheduled_hint: bool = False
    announced: bool = True
    mentions: list[tuple[int, int]] = field(default_factory=list)
    dates: list[tuple[float, object, int]] = field(default_factory=list)
    places: list[tuple[float, PlaceMention, int]] = field(default_factory=list)

    def __hash__(self) -> int:
        return id(self)


def announcement_of(unit: Unit, is_place: PlaceTest, *, table: bool = False) -> Announcement | None:
    """The announcement that opens a unit, if any."""
    kind = unit.segment.kind
    text = unit.text
    offset = unit.lead
    while offset < len(text) and text[offset] in " .)-–—•*":
        offset += 1
    # A chronology puts the date first: "12 de mayo de 2010: VIII Foro …"
    dated_first = False
    for sentence in unit.sentences[:1]:
        base = sentence.start - unit.segment.clean.start
        for date in sentence.dates[:1]:
            if (
                base + date.span.start <= offset + 12
                and not date.weak
                and _only_date_words(text[offset : base + date.span.start])
            ):
                offset = base + date.span.end
                offset += _LEADING_DATE.match(text[offset:]).end()  # type: ignore[union-attr]
                dated_first = True
    body = text[offset:]
    lead = re.match(
        r"(?:resumen|cronica|nota|relatoria|memoria|resumo|summary|report)\s*:\s*", fold_keeping_length(body)
    )
    shift = lead.end() if lead else 0
    skip = _PARTICIPATION.match(fold_keeping_length(body[shift:]))
    tokens = tokenise(body[shift + (skip.end() if skip else 0) :])
    if not tokens:
        return None
    head = _leading_head(tokens)
    if head is None:
        return None
    event_type, strength, ordinal, position = head
    if strength == "plural":
        return None
    if tokens[position].shape == "word" and not skip:
        return None
    if kind == "paragraph" and not dated_first and not table:
        # A paragraph that opens with an event is an announcement only when its first sentence has no verb.
        opening = fold_keeping_length(unit.sentences[0].text) if unit.sentences else ""
        if _VERB.search(opening) or (
            len(unit.sentences) < 2 and not (unit.sentences[0].dates or find_cues(opening))
        ):
            return None
    title_start = offset + shift
    title_end = _title_end(unit, title_start, is_place, whole=table or kind == "heading")
    title = clean_title(text[title_start:title_end])
    if len(title_key(title)) < 2 and kind != "heading" and unit.sentences:
        # "Entrega en Tegucigalpa del Premio …": a place inside the title
        base = unit.segment.clean.start
        stop = next((s.end - base for s in unit.sentences if s.end - base > title_start + 8), len(text))
        title_end = min(stop, title_start + 120)
        title = clean_title(text[title_start:title_end])
    if len(title_key(title)) < 2 and not ordinal:
        return None
    confidence = 0.95 if kind in {"list-item", "table-cell"} else 0.85
    return Announcement(title, title_start, title_end, event_type, f"announced-{kind}", confidence, ordinal)


_VERB = re.compile(
    r"\b(?:se|fue|fueron|es|son|era|ha|han|tuvo|conto|reunio|permitio|presento|realizo|celebro|busca|busco|puso|foi|foram|"
    r"teve|contou|reuniu|was|were|is|are|has|had|brought|offered|gathered|focused)\b(?! el marco)"
)


_DETERMINERS = set(
    "el la los las este esta estos estas dicho dicha un una o a os as um uma the this that en em in al del no na".split()
)


def _leading_head(tokens: Sequence) -> tuple[str, str, bool, int] | None:  # type: ignore[type-arg]
    """(type, strength, has an ordinal, token) of an event noun among the first words, past ordinals and "Gran"."""
    at = 0
    ordinal = False
    listed = list(tokens)
    while at < len(listed) and (is_ordinal(listed, at) or listed[at].text in '“"«°ºª.*'):
        ordinal = ordinal or is_ordinal(listed, at)
        at += 1
    for skip in range(2):
        if at + skip < len(listed):
            head = head_at(listed, at + skip)
            if head and (
                skip == 0
                or (
                    listed[at].folded not in _DETERMINERS
                    and listed[at].shape in {"Capital", "ACRONYM"}
                    and listed[at + skip].shape in {"Capital", "ACRONYM"}
                )
            ):
                return head[1], head[2], ordinal, at + skip
    return None


def _only_date_words(text: str) -> bool:
    return bool(
        re.fullmatch(
            r"[\s(\[*–—-]*(?:(?:el|los|del?|dia|dias|on|from|em|no|nos|de|entre)\s+)*",
            fold_keeping_length(text),
        )
    )


def _title_end(unit: Unit, start: int, is_place: PlaceTest, *, whole: bool) -> int:
    """Where the title that starts at `start` ends, in offsets of the unit's text."""
    text = unit.text
    folded = fold_keeping_length(text)
    base = unit.segment.clean.start
    ends = [len(text)]
    quotes = _quoted_ranges(text)
    if not whole or len(text) - start > 200:
        ends += [s.end - base for s in unit.sentences if s.end - base > start + 8][:1]
    for cue in find_cues(text[start:]):
        if cue.side == "after" and cue.start > 8:
            ends.append(start + cue.start)
    for match in _WITHIN.finditer(folded, start + 8):
        ends.append(match.start())
    for match in HELD.finditer(folded, start + 8):
        ends.append(match.start())
    for match in TO_COME.finditer(folded, start + 8):
        ends.append(match.start())
    for sentence in unit.sentences:
        shift = sentence.start - base
        for date in sentence.dates:
            at = shift + date.span.start
            if at > start + 8 and not date.weak and not _inside(at, quotes):
                before = _BEFORE_DATE.search(folded[:at])
                ends.append(before.start() if before else at)
        for place in sentence.places:
            at = shift + place.span.start
            if at <= start + 8 or _inside(at, quotes) or place.embedded:
                continue
            lead = folded[max(start, at - 12) : at]
            if re.search(r"(?:[,.(–—]\s*|\b(?:en|em|in|at)\s+(?:la\s+|the\s+)?)\Z", lead):
                cut = re.search(r"[\s,.(–—-]*(?:\b(?:en|em|in|at)\s+(?:la\s+|the\s+)?)?\Z", folded[:at])
                ends.append(cut.start() if cut else at)
    end = min(e for e in ends if e > start)
    inside = next((q for q in quotes if q[0] < end <= q[1]), None)
    if inside and inside[0] > start and inside[1] - start < 400:
        end = inside[1] + 1
    tail = _TAIL.search(text[start:end])
    return start + (tail.start() if tail and tail.start() > 8 else end - start)


def _quoted_ranges(text: str) -> list[tuple[int, int]]:
    return [
        (m.start(), m.end() - 1) for m in re.finditer(r"“[^“”]{3,300}”|«[^«»]{3,300}»|\"[^\"]{3,300}\"", text)
    ]


def _inside(at: int, ranges: list[tuple[int, int]]) -> bool:
    return any(start < at < end for start, end in ranges)


# -- drafting ---------------------------------------------------------------------------------------------------


def draft_events(reading: Reading, is_place: PlaceTest) -> list[EventDraft]:
    """All events of a document, with their blocks and the sentences that tell of them."""
    drafts: list[EventDraft] = []
    owner: dict[int, EventDraft] = {}
    _announced(reading, is_place, drafts, owner)
    _told(reading, drafts, owner)
    return drafts


def _announced(
    reading: Reading, is_place: PlaceTest, drafts: list[EventDraft], owner: dict[int, EventDraft]
) -> None:
    units = reading.units
    current: EventDraft | None = None
    level = 99
    current_is_bullet = False
    row: int | None = None
    for index, unit in enumerate(units):
        segment = unit.segment
        if segment.row is not None:
            if segment.row != row:
                row = segment.row
                current = _table_event(reading, index, is_place, drafts)
            if current is not None:
                owner[index] = current
                current.block = (current.block[0], segment.clean.end)
            continue
        row = None
        announcement = announcement_of(unit, is_place) if _may_announce(units, index) else None
        if announcement is not None and _supported(units, index, announcement):
            base = segment.clean.start
            draft = EventDraft(
                announcement.title, announcement.type, base + announcement.start, base + announcement.end,
                announcement.rule, announcement.confidence, (base, segment.clean.end),
                scheduled_hint=_announces_future(segment.heading_path, unit),
            )  # fmt: skip
            draft.head_sentences = _announcement_sentences(unit, base + announcement.end)
            if segment.kind == "heading":
                draft.head_sentences += _labelled(units, index)
            draft.mentions.append((draft.start, draft.end))
            drafts.append(draft)
            owner[index] = draft
            current = draft
            level = segment.level if segment.kind == "heading" else 50
            current_is_bullet = segment.kind == "list-item" and not segment.number
            continue
        if segment.kind == "heading" and segment.level <= level:
            current = None
            continue
        if (
            current is not None and level == 50 and segment.kind == "list-item" and not segment.number
            and current_is_bullet and not _LABEL.match(fold_keeping_length(segment.text))
        ):  # fmt: skip
            current = None  # the next bullet of a list whose bullets are events
        if (
            segment.kind == "list-item"
            and segment.number
            and current is not None
            and level == 50
            and (_same_series(units, index, owner))
        ):
            current = None
        if current is not None:
            owner[index] = current
            current.block = (current.block[0], segment.clean.end)
    for index, draft in owner.items():
        draft.sentences += [s for s in units[index].sentences]


def _may_announce(units: Sequence[Unit], index: int) -> bool:
    return units[index].segment.kind in {"list-item", "heading", "paragraph"} and bool(units[index].sentences)


def _supported(units: Sequence[Unit], index: int, announcement: Announcement) -> bool:
    """Whether something beside the title says that this is an event: a date, a place, a role, a body that tells of it."""
    unit = units[index]
    if any(s.dates and not all(d.weak for d in s.dates) for s in unit.sentences[:4]):
        return True
    if any(p.kind == "city" and not p.embedded for s in unit.sentences[:4] for p in s.places):
        return True
    if any(c.side == "after" and c.role in {"sponsor", "organiser"} for c in find_cues(unit.text)):
        return True
    if unit.segment.kind == "heading":
        following = units[index + 1 : index + 4]
        told = " ".join(fold_keeping_length(u.text) for u in following if u.segment.kind != "heading")
        near = any(s.dates for u in following[:2] for s in u.sentences[:3])
        return bool(near or HELD.search(told[:1200]) or TO_COME.search(told[:1200]))
    return False


def _announces_future(heading_path: tuple[str, ...], unit: Unit) -> bool:
    heading = fold_keeping_length(" ".join(heading_path[-1:]))
    return bool(TO_COME.search(heading))


def _announcement_sentences(unit: Unit, end: int) -> list[Sentence]:
    """The sentences of the announcement proper: the title's and those without a verb that follow it."""
    chosen: list[Sentence] = []
    for number, sentence in enumerate(unit.sentences):
        if (
            number
            and sentence.start >= end
            and (_VERB.search(fold_keeping_length(sentence.text)) and len(sentence.text.split()) > 8)
        ):
            break
        chosen.append(sentence)
        if len(chosen) >= 5:
            break
    return chosen


_LABEL = re.compile(
    r"(?:fechas?|lugar|sede|data|local|date|dates|place|venue|where|when|organiza\w*|organi[sz]ers?|patrocin\w*|sponsors?|ciudad|cidade|"
    r"city|pais|country|horario|modalidad|participantes|participants)\s*:"
)


def _labelled(units: Sequence[Unit], heading: int) -> list[Sentence]:
    """What stands right under a heading as facts: "Fecha: …", "Lugar: …", or a line of place and date."""
    chosen: list[Sentence] = []
    for unit in units[heading + 1 : heading + 9]:
        if unit.segment.kind == "heading" or not unit.sentences:
            break
        opening = fold_keeping_length(unit.sentences[0].text)
        labelled = bool(_LABEL.match(opening))
        if (
            all(d.weak for s in unit.sentences for d in s.dates)
            and any(s.dates for s in unit.sentences)
            and len(unit.text) < 90
        ):
            continue  # "Publicado el 2 de septiembre"
        facts = any(s.places or any(not d.weak for d in s.dates) for s in unit.sentences[:2])
        if not labelled and (chosen or not facts):
            break
        chosen += unit.sentences if labelled else [
            s for n, s in enumerate(unit.sentences[:3]) if n == 0 or s.dates or s.places or find_cues(s.text)
        ]  # fmt: skip
        if not labelled:
            break
    return chosen


def _same_series(units: Sequence[Unit], index: int, owner: dict[int, EventDraft]) -> bool:
    """Whether a numbered item goes on a list whose items are events (so that it ends the block before it)."""
    number = re.sub(r"\D", "", units[index].segment.number or "")
    for before in range(index - 1, -1, -1):
        segment = units[before].segment
        if segment.kind == "list-item" and segment.number and before in owner:
            previous = re.sub(r"\D", "", segment.number)
            return bool(number and previous and int(number) == int(previous) + 1)
    return False


def _table_event(
    reading: Reading, first: int, is_place: PlaceTest, drafts: list[EventDraft]
) -> EventDraft | None:
    """An event from a row of a table: the cell that names it, others told apart by what is in them."""
    units = reading.units
    row = units[first].segment.row
    cells = [u for u in units[first : first + 12] if u.segment.row == row]
    named = None
    for cell in cells:
        announcement = announcement_of(cell, is_place, table=True) if cell.sentences else None
        if announcement is not None:
            named = (cell, announcement)
            break
    if named is None:
        return None
    cell, announcement = named
    others = [c for c in cells if c is not cell]
    if not any(s.dates or s.places for c in cells for s in c.sentences):
        return None
    base = cell.segment.clean.start
    draft = EventDraft(
        announcement.title, announcement.type, base + announcement.start, base + announcement.end, "table-row",
        0.9, (cells[0].segment.clean.start, cells[-1].segment.clean.end),
        scheduled_hint=_announces_future(cell.segment.heading_path, cell),
    )  # fmt: skip
    draft.mentions.append((draft.start, draft.end))
    draft.head_sentences = [s for s in cell.sentences]
    for other in others:
        whole = other.sentences
        if not whole:
            continue
        letters = sum(len(s.text) for s in whole)
        in_names = sum(m.end - m.start for s in whole for m in s.mentions)
        in_facts = sum(d.span.end - d.span.start for s in whole for d in s.dates) + sum(
            p.span.end - p.span.start for s in whole for p in s.places if not p.embedded
        )
        if in_facts > 0.5 * letters:
            draft.head_sentences += whole
        elif in_names > 0.5 * letters:
            draft.institutions_cell = _whole_unit(other)
            draft.institutions_role = _column_role(units, first, other)
        elif draft.objective_cell is None and len(other.text.split()) > 4:
            draft.objective_cell = _whole_unit(other)
    drafts.append(draft)
    return draft


def _column_role(units: Sequence[Unit], first: int, cell: Unit) -> Role:
    """The role that the head of the cell's column states, organiser where it states none."""
    row = units[first].segment.row
    for before in range(first - 1, max(-1, first - 200), -1):
        segment = units[before].segment
        if segment.row is None:
            break
        if segment.row != row and segment.level == cell.segment.level:
            cues = find_cues(segment.text.strip(" :") + ":")
            if cues and len(segment.text) < 40:
                return cues[0].role
    return "organiser"


def _whole_unit(unit: Unit) -> Sentence:
    """The unit's sentences as one (a cell has no sentences of its own)."""
    return unit.sentences[0] if len(unit.sentences) == 1 else max(unit.sentences, key=lambda s: len(s.text))


# -- prose ------------------------------------------------------------------------------------------------------


def _told(reading: Reading, drafts: list[EventDraft], owner: dict[int, EventDraft]) -> None:
    """Events of running prose, sub-events in the block of an announced one, and the larger events they belong to."""
    for index, unit in enumerate(reading.units):
        parent = owner.get(index)
        for sentence in unit.sentences:
            if parent is not None and any(sentence is s for s in parent.head_sentences):
                _larger(sentence, reading, drafts, parent, after=parent.end)
                continue
            for phrase in sentence.phrases:
                _place_phrase(reading, sentence, phrase, drafts, parent, unit)
            _editions_of_series(sentence, drafts)
            _several(sentence, drafts, parent)


_SEVERAL = re.compile(
    r"\b(?:llev\w+ a cabo|realiz\w+|desarroll\w+|organiz\w+|celebr\w+|dict\w+|promov\w+|held|organi[sz]ed|ran|delivered)\b[^.;:]{0,60}?"
    r"\b(?P<head>talleres|seminarios|cursos|foros|encuentros|conversatorios|charlas|oficinas|workshops|seminars|courses|forums|"
    r"reuniones|jornadas de \w+)\b(?P<rest>[^.;:]{0,40}?)\b(?:con|com|with|en|em|in)\b"
)


def _several(sentence: Sentence, drafts: list[EventDraft], parent: EventDraft | None) -> None:
    """One event for each partner or city of "llevamos a cabo talleres con la Alcaldía de A, la de B y la Red C"."""
    folded = fold_keeping_length(sentence.text)
    match = _SEVERAL.search(folded)
    if match is None or parent is not None:
        return
    stop = next((p.start for p in sentence.phrases if p.start > match.end()), len(sentence.text))
    bodies = {m.unit_of for m in sentence.mentions if m.unit_of is not None}
    partners = [
        m for i, m in enumerate(sentence.mentions) if match.end() <= m.start < stop and i not in bodies
    ]  # fmt: skip
    cities = [
        p for p in sentence.places if p.kind == "city" and not p.embedded and match.end() <= p.span.start < stop
        and not any(m.start <= p.span.start < m.end for m in sentence.mentions)
    ]  # fmt: skip
    words = sentence.text[match.start("head") : match.end("head")]
    noun = re.sub(r"(?<=[rnl])es\Z|s\Z", "", words)
    head = head_at(tokenise(noun), 0)
    named = [(m.start, m.end, f"{noun.capitalize()} con {m.name}") for m in partners]
    if len(cities) > len(named):
        named = [(p.span.start, p.span.end, f"{noun.capitalize()} en {p.name}") for p in cities]
    if len(named) < 2 or head is None:
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


_EDITION = re.compile(
    r"\b(?:l[ao]|el|the|a|o|su|sua|its|dest[ae]|nesta|est[ae])(?: \w+)? (?P<ordinal>{ordinals}) "
    r"(?P<head>edicion|edicao|edition|encuentro|encontro|congreso|congresso|congress|foro|forum|feria|feira|fair|jornada|seminario|"
    r"seminar|dialogo|dialogue|cumbre|cupula|summit|reunion|reuniao|meeting|conferencia|conference|taller|workshop|festival)\b(?! (?:de |del |of |d[aoe] )?[a-z]*[A-Z])".format(
        ordinals="primer[ao]?|segund[ao]|tercer[ao]?|cuart[ao]|quint[ao]|sext[ao]|septim[ao]|octav[ao]|noven[ao]|decim[ao]|undecim[ao]|"
        "duodecim[ao]|decimoprimer[ao]?|decimosegund[ao]|decimotercer[ao]?|decimocuart[ao]|decimoquint[ao]|primeir[ao]|terceir[ao]|quart[ao]|"
        "setim[ao]|oitav[ao]|non[ao]|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|"
        r"\d{1,2}(?:st|nd|rd|th|[aªoº°])|[ivx]{1,5}"
    )
)


def _editions_of_series(sentence: Sentence, drafts: list[EventDraft]) -> None:
    """Other editions that the text names by their number alone: "La segunda edición se celebró en Braga …"."""
    folded = fold_keeping_length(sentence.text)
    for match in (*_EDITION.finditer(folded), *_NUMBERED_EDITION.finditer(folded)):
        near = folded[match.end() : match.end() + 160]
        dated = any(not d.weak and abs(d.span.start - match.end()) < 160 for d in sentence.dates)
        placed = any(
            p.kind == "city" and not p.embedded and 0 <= p.span.start - match.end() < 160
            for p in sentence.places
        )
        happens = any(p.search(near) for p in (HELD, TO_COME, _OCCURS)) or HELD.search(
            folded[: match.start()]
        )
        if not happens or not (dated or placed):
            continue
        if re.match(
            r"\s+(?:de(?:l| la| los)? |d[ao]s? |of (?:the )?)?[A-ZÁÉÍÓÚ“\"«]",
            sentence.text[match.end() : match.end() + 12],
        ):
            continue  # "la XVII Cumbre Iberoamericana" has a name of its own
        head = match["head"]
        series = next(
            (
                d for d in drafts if d.start < sentence.start + match.start() and d.parent is None
                and (head in _ANY_EVENT or head in fold_keeping_length(d.title))
                and len(title_key(d.title)) >= 2
            ), None,
        )  # fmt: skip
        if series is None:
            continue
        ordinal = sentence.text[match.start("ordinal") : match.end("ordinal")]
        name = _without_edition(series.title)
        if ordinal.isdigit():
            ordinal = f"{ordinal}.ª"
        title = (
            f"{ordinal.capitalize()} edición de {name}"
            if head in _ANY_EVENT
            else f"{ordinal.capitalize()} {name}"
        )
        if _known(drafts, title) is not None and _editions(
            title_key(_known(drafts, title).title)
        ) == _editions(title_key(title)):  # type: ignore[union-attr]
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


_NUMBERED_EDITION = re.compile(
    r"\b(?P<head>edicion|edicao|edition) (?:numero |nro\.? |num\.? |n[°º.]\s?|no\. ?)(?P<ordinal>\d{1,3})\b"
)
_OCCURS = re.compile(
    r"\b(?:realizad|celebrad|efectuad|hech|held|se hara|se hizo|participaron|cerro|reunio|congrego|asistieron)\w*\b"
)
_ANY_EVENT = {"edicion", "edicao", "edition"}


def _without_edition(title: str) -> str:
    """A title without its edition and year: what its series is called."""
    words = title.split()
    while words and (is_ordinal(tokenise(words[0]), 0) or words[0].rstrip("ªº°.").isdigit()):
        words = words[1:]
    return re.sub(r"\s+(?:19|20)\d\d\Z", "", " ".join(words)) or title


def _larger(
    sentence: Sentence, reading: Reading, drafts: list[EventDraft], child: EventDraft, *, after: int
) -> None:
    """The event in whose framework `child` was held, named in the same sentence."""
    folded = fold_keeping_length(sentence.text)
    for match in _WITHIN.finditer(folded):
        phrase = next((p for p in sentence.phrases if 0 <= p.start - match.end() <= 3), None)
        if phrase is None or (
            sentence.start + phrase.start < after - 2 and sentence.start + phrase.start > child.start - 1
        ):
            continue
        larger = _known(drafts, phrase.title, exclude=child)
        if larger is None:
            larger = _draft_from(sentence, phrase, "larger-event", 0.7)
            drafts.append(larger)
        if child.parent is None and larger is not child:
            child.parent = larger


def _place_phrase(
    reading: Reading,
    sentence: Sentence,
    phrase: EventPhrase,
    drafts: list[EventDraft],
    parent: EventDraft | None,
    unit: Unit,
) -> None:
    key = title_key(phrase.title)
    if (
        phrase.strength == "title"
        or len(key) < 2
        or not _specific(phrase)
        or _is_venue(sentence.text, phrase)
    ):
        return
    known = _known(drafts, phrase.title)
    if (
        parent is not None
        and known is not None
        and known is not parent
        and title_key(known.title) != key
        and (_refers_to(parent, phrase))
    ):
        return  # "el Foro Empresarial" in the block of one forum is not another one
    if known is not None:
        known.mentions.append((sentence.start + phrase.start, sentence.start + phrase.end))
        known.sentences.append(sentence)
        _larger(sentence, reading, drafts, known, after=sentence.start + phrase.end)
        return
    if parent is not None and _refers_to(parent, phrase):
        return
    folded = fold_keeping_length(sentence.text)
    near = folded[max(0, phrase.start - 90) : phrase.end + 160]
    dated = any(not d.weak for d in sentence.dates)
    placed = any(
        p.kind == "city" and not p.embedded and abs(p.span.start - phrase.end) < 120 for p in sentence.places
    )
    held = bool(HELD.search(near) or TO_COME.search(near))
    heading = unit.segment.kind == "heading" and unit.segment.level <= 2
    strong = phrase.strength == "strong"
    quoted = phrase.quoted
    if phrase.strength == "lower" and not phrase.quoted and len(key) <= 2 and len(sentence.phrases) > 1:
        return  # the date and place may be those of the event that the sentence names in full
    following = None
    if not dated:
        following = _told_next(reading, sentence, phrase)
        if following is not None:
            dated, held, placed = True, True, placed or bool(following.places)
    beside = bool(
        HELD.search(folded[max(0, phrase.start - 40) : phrase.start])
        or TO_COME.search(folded[max(0, phrase.start - 40) : phrase.start])
    )
    score = (
        0.15 * (beside and phrase.strength == "lower") + 0.45 * dated + 0.3 * placed + 0.35 * held + 0.35 * heading + 0.25 * phrase.ordinal + 0.2 * quoted + 0.1 * strong
        - 0.35 * (phrase.strength == "lower" and not quoted) - 0.1 * (phrase.strength == "weak")
    )  # fmt: skip
    if score < 0.5:
        return
    draft = _draft_from(sentence, phrase, "told", min(0.9, 0.45 + 0.4 * score))
    draft.announced = False
    if following is not None:
        draft.head_sentences.append(following)
        draft.sentences.append(following)
    if parent is not None:
        draft.parent = parent
    drafts.append(draft)
    _larger(sentence, reading, drafts, draft, after=sentence.start + phrase.end)


_AGAIN = re.compile(
    r"\A\W*(?:(?:el|la|o|a|the|este|esta|dicho|dicha|it|ele|ela) )?(?:[a-z]+ )?(?P<head>[a-z-]+)?\b[^.;]{0,60}?"
    r"(?:acontece|se (?:celebra|realiza|desarrolla|lleva a cabo|dicta)|tiene lugar|tendra lugar|tem lugar|ocorre|decorre|takes place|"
    r"will be held|se celebrara|se realizara|sera|se realizo|se celebro|tuvo lugar|aconteceu|realizou-se|was held|took place|fue)\b"
)


def _told_next(reading: Reading, sentence: Sentence, phrase: EventPhrase) -> Sentence | None:
    """The sentence among the next two that says when "the course" just named takes place."""
    listed = reading.units[sentence.unit].sentences
    at = next((i for i, s in enumerate(listed) if s is sentence), len(listed))
    coming = [*listed[at + 1 : at + 3]]
    if len(coming) < 2 and sentence.unit + 1 < len(reading.units):
        coming += reading.units[sentence.unit + 1].sentences[: 2 - len(coming)]
    head = fold_keeping_length(phrase.title).split()[0] if phrase.title else ""
    for other in coming:
        folded = fold_keeping_length(other.text)
        match = _AGAIN.match(folded)
        if (
            match
            and any(not d.weak for d in other.dates)
            and (head in folded[:60].split() or folded.startswith(("se ", "it ")))
        ):
            return other
    return None


def _specific(phrase: EventPhrase) -> bool:
    """Whether the phrase says more than its kind: a quoted title, an edition, or two words of its own."""
    return phrase.quoted or phrase.ordinal or len(title_key(phrase.title)) >= 2


def _is_venue(text: str, phrase: EventPhrase) -> bool:
    """ "Expo Santa Fe será la sede": halls are named like fairs."""
    after = fold_keeping_length(text[phrase.end : phrase.end + 60])
    before = fold_keeping_length(text[max(0, phrase.start - 8) : phrase.start])
    return phrase.type == "feria" and bool(
        re.match(r"[^.;]{0,40}\b(?:sera|fue|es|foi|was|is) (?:la |a |o |the )?(?:sede|venue|local)", after)
        or (re.search(r"\b(?:en|em|at|in) \Z", before) and not re.search(r"\d{4}", phrase.title))
    )


def _refers_to(parent: EventDraft, phrase: EventPhrase) -> bool:
    """Whether a phrase in the block of an event is that event again ("el Foro Empresarial")."""
    if phrase.ordinal or phrase.quoted:
        return False
    own, key = title_key(parent.title), title_key(phrase.title)
    return (
        key <= own or len(key & own) >= max(2, len(key) - 1) or (len(key) <= 2 and phrase.type == parent.type)
    )


def _known(drafts: list[EventDraft], title: str, exclude: EventDraft | None = None) -> EventDraft | None:
    """The draft that a title names: all its content words, or nearly all, with no other edition or year."""
    key = title_key(title)
    best: tuple[float, EventDraft] | None = None
    for draft in drafts:
        if draft is exclude:
            continue
        own = title_key(draft.title)
        if _editions(own) and _editions(key) and _editions(own) != _editions(key):
            continue
        shared = len(own & key)
        share = shared / max(1, min(len(own), len(key)))
        if (shared >= 2 and share >= 0.8) or own == key:
            score = share + shared / max(1, len(own | key))
            if best is None or score > best[0]:
                best = (score, draft)
    return best[1] if best else None


def _editions(key: frozenset[str]) -> frozenset[str]:
    return frozenset(
        w
        for w in key
        if re.fullmatch(
            r"[ivx]+|\d+(?:st|nd|rd|th|a|o|er|era|ra|da|do|ta|to)?|primer\w*|segund\w*|tercer\w*", w
        )
    )


def _draft_from(sentence: Sentence, phrase: EventPhrase, rule: str, confidence: float) -> EventDraft:
    start, end = sentence.start + phrase.start, sentence.start + phrase.end
    draft = EventDraft(
        phrase.title,
        phrase.type,
        start,
        end,
        rule,
        confidence,
        (sentence.start, sentence.end),
        announced=False,
    )
    draft.mentions.append((start, end))
    draft.head_sentences = [sentence]
    draft.sentences = [sentence]
    return draft
