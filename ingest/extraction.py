"""A document in, everything read from it out: the order in which the reading rules are applied."""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from graph.model import (
    Actor,
    Document,
    DocumentInfo,
    Event,
    Evidence,
    Excerpt,
    Extraction,
    Methodology,
    Participation,
    Passage,
    Person,
    Place,
    Practice,
    Role,
    Span,
    Status,
)
from ingest import themes as theme_rules
from ingest.actors import ActorIndex, gather_actors
from ingest.cleaning import CleanText, clean
from ingest.dates import DateMention, find_dates
from ingest.event_phrases import EventPhrase, find_event_phrases, title_key
from ingest.events import HELD, TO_COME, EventDraft, draft_events
from ingest.gazetteer import (
    city_country,
    country_code,
    country_name,
    demonym_country,
    load_gazetteer,
    prominence,
)
from ingest.gazetteer import fold as gazetteer_fold
from ingest.institutions import InstitutionFinder, InstitutionMention
from ingest.known_names import authority_names, names_defined
from ingest.language import detect
from ingest.methodologies import find_methodologies
from ingest.passages import passages
from ingest.persons import PersonMention, find_persons
from ingest.places import PlaceMention, find_places
from ingest.practices import (
    is_objective,
    numbered_results,
    objective_start,
    pieces,
    read_practice,
)
from ingest.reading import ENTRY_MONTH, Reading, Sentence, Unit, make_unit, shifted
from ingest.roles import RoleReading, in_one_list, read_roles
from ingest.segmentation import Segment, segment
from ingest.sentences import sentences
from ingest.tokens import fold, fold_keeping_length
from ontology.namespaces import slugify

VERSION = "3"
"""Goes up when the same document would be read differently, so that stored extractions are made anew."""

_REFERENCE = re.compile(r"\b[A-Z]{2,6}(?:/[\w.]+)+(?:\s+N[°º.]*\s*[\d-]+)?")
_GENERIC_HEADING = {
    "introduccion",
    "introducao",
    "introduction",
    "indice",
    "contenido",
    "resumen",
    "presentacion",
    "index",
    "sumario",
    "contents",
}
_SHORT_NAME = re.compile(r"\A(?:programa|programme|program|proyecto|projeto) ")


def country_of(name: str) -> str | None:
    """ISO code of a country, a demonym or a well-known city; None for other words."""
    return country_code(name) or (demonym_country(name) if " " not in name.strip() else None) or _city(name)


def place_country(name: str) -> str | None:
    """ISO code of a country or a well-known city; None for other words."""
    return country_code(name) or _city(name)


_KNOWN_CITY = 5.8
"""Least prominence (power of ten of inhabitants, raised for Ibero-America) of a city that its name alone tells."""


@lru_cache(maxsize=65536)
def _city(name: str) -> str | None:
    """Country of a city whose name means nothing else."""
    if not name[:1].isupper() or len(name) <= 3:
        return None
    gazetteer = load_gazetteer()
    folded = gazetteer_fold(name)
    if folded in gazetteer.needs_support:
        return None
    if not any(prominence(reading) >= _KNOWN_CITY for reading in gazetteer.readings(folded)):
        return None
    return city_country(name)


def is_place(name: str) -> bool:
    """Whether a run of words is a place on its own: a country, a well-known city or a region of the world."""
    return (
        country_code(name) is not None
        or _city(name) is not None
        or gazetteer_fold(name) in load_gazetteer().regions
    )


def extract(document: Document) -> Extraction:
    """Read a document. Pure: the same document gives the same extraction."""
    reading, cleaned, text_passages = _read(document)
    drafts = _merged(draft_events(reading, is_place))
    persons = _persons(reading)
    owned = _owners(reading, drafts)
    roles = _roles(reading, drafts, owned)
    methods = _methodology_mentions(reading)
    actors = _actors(reading, drafts, roles, methods)
    events = _events(reading, drafts, roles, actors)
    by_draft = {id(d): e for d, e in zip(drafts, events, strict=True)}
    blocks = sorted(
        (reading.source(*d.block).start, reading.source(*d.block).end, by_draft[id(d)].id, d.announced)
        for d in drafts
    )
    practices = _practices(reading, owned, by_draft, actors, text_passages)
    return Extraction(
        document=_info(document, reading, cleaned),
        passages=tuple(_with_event(p, blocks) for p in text_passages),
        events=tuple(events),
        actors=actors.actors,
        practices=practices,
        places=_places(reading),
        persons=_person_values(reading, persons, actors),
        methodologies=_methodologies(reading, methods, owned, by_draft, actors),
    )


# -- reading ----------------------------------------------------------------------------------------------------


def _phrases(text: str, mentions: list[InstitutionMention], language: str) -> list[EventPhrase]:
    """Event phrases that are not the beginning of an institution's name ("Asamblea Legislativa")."""
    taken = [(m.start, m.end) for m in mentions if m.rule in {"head-noun", "known-name"}]
    return [
        p for p in find_event_phrases(text, is_place=is_place, language=language)
        if not any(start <= p.start < end and end >= p.end - 1 for start, end in taken)
    ]  # fmt: skip


def _read(document: Document) -> tuple[Reading, CleanText, tuple[Passage, ...]]:
    cleaned = clean(document)
    language = detect(cleaned.text[:20000])
    year = _year(document, cleaned, language)
    text_passages = passages(laid_out := segment(cleaned, document), cleaned)
    segments = [part for whole in laid_out for part in _entries(whole, cleaned, language)]
    known = authority_names()
    finder = InstitutionFinder(known, place_country, demonym_country, language=language)
    first = [finder.find(s.text) for s in segments]
    defined = names_defined([s.text for s in segments], first, is_place)
    if defined:
        finder = InstitutionFinder(known.extended(defined), place_country, demonym_country, language=language)
        first = [finder.find(s.text) for s in segments]
    units: list[Unit] = []
    mentions: list[InstitutionMention] = []
    section: int | None = None
    for index, (piece, found) in enumerate(zip(segments, first, strict=True)):
        if alone := re.fullmatch(r"\W*((?:19|20)\d\d)\W*", piece.text):
            section = int(
                alone.group(1)
            )  # a line that is a year heads what follows, in whatever type it is set
        elif piece.kind == "heading":
            section = None
        units.append(
            make_unit(
                piece, index, len(mentions), found, find_places(piece.text),
                _phrases(piece.text, found, language), language=language, year=_year_above(piece) or section or year,
            )
        )  # fmt: skip
        mentions += [shifted(m, piece.clean.start, len(mentions)) for m in found]
    return (
        Reading(cleaned, language, year, tuple(units), tuple(mentions)),
        cleaned,
        text_passages,
    )


_ENTRY = re.compile(r"\s{0,3}[:–—-]\s|\s{0,3}\.\s{1,3}(?=[A-ZÁÉÍÓÚIVX0-9])")


def _entries(whole: Segment, cleaned: CleanText, language: str) -> list[Segment]:
    """The entries of a chronology whose lines ran together: "12 de mayo: … 3 de octubre: …", one segment each."""
    if whole.kind not in {"paragraph", "list-item"} or len(whole.text) > 20_000:
        return [whole]
    starts = []
    dates = {d.span.start: d.span.end for d in find_dates(whole.text, language=language, default_year=2000)}
    for sentence in sentences(whole.text, language):
        end = dates.get(sentence.start)
        month = ENTRY_MONTH.match(whole.text, sentence.start)
        if end is not None and _ENTRY.match(whole.text, end) or month:
            starts.append(sentence.start)
    if len(starts) < 2:
        return [whole]
    if starts[0] > 0:
        starts.insert(0, 0)
    parts = []
    for start, end in zip(starts, [*starts[1:], len(whole.text)], strict=True):
        text = whole.text[start:end].rstrip()
        clean_span = Span(whole.clean.start + start, whole.clean.start + start + len(text))
        parts.append(
            replace(
                whole,
                kind="list-item",
                text=text,
                clean=clean_span,
                span=cleaned.source(*clean_span),
                number=None,
            )
        )
    return parts


def _year_above(piece: Segment) -> int | None:
    """The year that a heading above is ("2005", "Actividades de 2005")."""
    for heading in reversed(piece.heading_path):
        years = set(re.findall(r"(?<![\d-])(?:19|20)\d\d(?![\d-])", heading))
        if len(years) == 1:
            return int(years.pop())
    return None


def _year(document: Document, cleaned: CleanText, language: str) -> int | None:
    """The year reported on: in the title, else the one most dates have."""
    for text in (document.title or "", *(e.text for e in cleaned.furniture), cleaned.text[:200]):
        years = re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", text)
        if len(set(years)) == 1 and text is not cleaned.text[:200]:
            return int(years[0])
    counts = Counter(
        d.start[:4]
        for d in find_dates(cleaned.text[:400_000], language=language)
        if d.precision == "day" and not d.inferred_year
    )
    if counts:
        year, count = counts.most_common(1)[0]
        if count >= 0.5 * sum(counts.values()):
            return int(year)
    return None


def _info(document: Document, reading: Reading, cleaned: CleanText) -> DocumentInfo:
    furniture = " ".join(e.text for e in cleaned.furniture if len(e.text) > 8)
    code = _REFERENCE.search(furniture) or _REFERENCE.search(cleaned.text[:600])
    title = document.title
    if not title:
        running = " ".join(_REFERENCE.sub(" ", e.text) for e in cleaned.furniture if len(e.text) > 20)[:300]
        headings = [
            u.text for u in reading.units[:6]
            if u.segment.kind == "heading" and fold(u.text).strip(" .:") not in _GENERIC_HEADING and not u.segment.number
        ]  # fmt: skip
        first = reading.units[0].text if reading.units and len(reading.units[0].text) < 160 else ""
        title = " ".join(running.split()) or (headings[0] if headings else first) or document.name
    return DocumentInfo(
        id=document.id,
        name=document.name,
        media_type=document.media_type,
        title=" ".join(title.split()),
        language=reading.language,
        reference=code.group().strip() if code else None,
        year=reading.year,
        characters=len(document.text),
        pages=len(document.pages),
    )


# -- who belongs to which event -----------------------------------------------------------------------------------


def _owners(reading: Reading, drafts: list[EventDraft]) -> dict[int, list[EventDraft]]:
    """Events that a sentence (by its clean start) tells of: the one it names, the block's, or the last one told."""
    owners: dict[int, list[EventDraft]] = defaultdict(list)
    for draft in drafts:
        for sentence in (*draft.head_sentences, *draft.sentences):
            if draft not in owners[sentence.start]:
                owners[sentence.start].append(draft)
        for cell in (draft.institutions_cell, draft.objective_cell):
            if cell is not None and draft not in owners[cell.start]:
                owners[cell.start].append(draft)
    told = [d for d in drafts if d.rule == "told" and d.parent is None]
    if told:
        _follow_prose(reading, drafts, owners)
    return owners


def _merged(drafts: list[EventDraft]) -> list[EventDraft]:
    """One draft for an event told twice (in prose and in a table): the same words in the title, no other date."""
    kept: list[EventDraft] = []
    replaced: dict[int, EventDraft] = {}
    for draft in drafts:
        date = _date_of(draft)[0]
        twin = next(
            (
                k for k in kept
                if title_key(k.title) == title_key(draft.title) and k.type == draft.type
                and ((other := _date_of(k)[0]) is None or date is None or other.start == date.start)
            ), None,
        )  # fmt: skip
        if twin is None:
            kept.append(draft)
            continue
        replaced[id(draft)] = twin
        twin.head_sentences += draft.head_sentences
        twin.sentences += draft.sentences
        twin.mentions += draft.mentions
        twin.institutions_cell = twin.institutions_cell or draft.institutions_cell
        twin.institutions_role = (
            draft.institutions_role if draft.institutions_cell else twin.institutions_role
        )
        twin.objective_cell = twin.objective_cell or draft.objective_cell
        twin.scheduled_hint = twin.scheduled_hint or draft.scheduled_hint
        twin.parent = twin.parent or draft.parent
    for draft in kept:
        while draft.parent is not None and id(draft.parent) in replaced:
            draft.parent = replaced[id(draft.parent)]
        if draft.parent is draft:
            draft.parent = None
    return kept


_PASSING = {"edition-of-series", "one-of-several", "larger-event"}

_ANAPHOR = re.compile(
    r"\b(?:est[ea]s?|dich[oa]s?|ese|esa|el|la|o|a|the|this|nest[ea]|dest[ea]|del|al|do|da|no|na) (?:mism[oa] |propio )?(?:evento|encuentro|taller|seminario|foro|curso|"
    r"congreso|reunion|jornada|actividad|cita|feria|conferencia|encontro|oficina|event|meeting|workshop|seminar|forum|conference|fair|"
    r"mision|rueda|convencion|cumbre|capacitacion|ceremonia|edicion|edicao)\b"
)


def _follow_prose(reading: Reading, drafts: list[EventDraft], owners: dict[int, list[EventDraft]]) -> None:
    """Sentences that go on about the event told before: an anaphor, or the only event of a short text."""
    main = [d for d in drafts if d.parent is None]
    last: EventDraft | None = main[0] if len(main) == 1 else None
    for unit in reading.units:
        if unit.segment.kind == "heading" and len(main) > 1:
            last = None
        for sentence in unit.sentences:
            here = owners.get(sentence.start)
            if here:
                # What goes on is about the event of the text, not about one that it mentions beside it.
                last = next((d for d in here if d.rule not in _PASSING), last)
                continue
            if last is not None and (
                len(main) == 1
                or _ANAPHOR.search(fold_keeping_length(sentence.text))
                or unit.segment.kind != "heading"
            ):
                owners[sentence.start].append(last)


@dataclass(frozen=True, slots=True)
class _EventRole:
    draft: EventDraft
    mention: int
    role: Role
    confidence: float
    rule: str


def _roles(
    reading: Reading, drafts: list[EventDraft], owned: dict[int, list[EventDraft]]
) -> list[_EventRole]:
    found: list[_EventRole] = []
    cells = {id(d.institutions_cell): d for d in drafts if d.institutions_cell is not None}
    for sentence in reading.sentences:
        events = owned.get(sentence.start, [])
        if not events:
            continue
        cell = cells.get(id(sentence))
        readings: list[RoleReading] = list(read_roles(sentence.text, sentence.mentions))
        if cell is not None:
            readings = [
                RoleReading(i, cell.institutions_role, 0.85, "institutions-cell")
                for i in range(len(sentence.mentions))
            ]
        readings += _title_roles(sentence, events)
        readings += _host_in_place(sentence)
        for draft in events:
            for r in _with_units(readings, sentence):
                found.append(
                    _EventRole(draft, sentence.first_mention + r.mention, r.role, r.confidence, r.rule)
                )
                parent = draft.parent
                if parent is not None and draft.rule == "told" and parent.announced:
                    found.append(
                        _EventRole(
                            parent,
                            sentence.first_mention + r.mention,
                            r.role,
                            round(0.9 * r.confidence, 3),
                            r.rule,
                        )
                    )
    return found


def _with_units(readings: Iterable[RoleReading], sentence: Sentence) -> list[RoleReading]:
    """A unit's role is its body's too when the text names both together."""
    listed = list(readings)
    have = {(r.mention, r.role) for r in listed}
    for r in list(listed):
        body = sentence.mentions[r.mention].unit_of
        if body is not None and 0 <= body < len(sentence.mentions) and (body, r.role) not in have:
            listed.append(RoleReading(body, r.role, round(0.9 * r.confidence, 3), r.rule + "+unit"))
            have.add((body, r.role))
    return listed


def _title_roles(sentence: Sentence, events: list[EventDraft]) -> list[RoleReading]:
    """Institutions in an event's name: whose congress it is, who goes on the mission, who meets."""
    found: list[RoleReading] = []
    for draft in events:
        for start, end in draft.mentions:
            if not (sentence.start <= start < sentence.end):
                continue
            for index, mention in enumerate(sentence.mentions):
                at = sentence.start + mention.start
                inside = start < at < max(end, start + 1)
                behind = 0 <= at - end <= 12 and re.fullmatch(
                    r"\s*(?:de|del|da|do|dos|das|of)(?: (?:la|el|los|las|the|a|o))?\s*",
                    fold_keeping_length(sentence.text[end - sentence.start : mention.start]),
                )
                if not inside and not behind:
                    continue
                before = fold_keeping_length(sentence.text[max(0, mention.start - 12) : mention.start])
                owner = re.search(r"\b(?:de|del|da|do|of)(?: (?:la|el|los|las|the))?\s*\Z", before)
                if draft.type in {"misión"}:
                    found.append(RoleReading(index, "participant", 0.85, "mission-title"))
                elif draft.type in {"reunión"} and not owner:
                    found.append(RoleReading(index, "participant", 0.7, "meeting-title"))
                elif owner and mention.rule != "acronym" and draft.type not in {"jurado", "premio", "panel"}:
                    found.append(RoleReading(index, "organiser", 0.75, "title-owner"))
    # "la Reunión de la Secretaría General" in the body of the event's block
    folded = fold_keeping_length(sentence.text)
    for index, mention in enumerate(sentence.mentions):
        lead = folded[max(0, mention.start - 60) : mention.start]
        if re.search(
            r"\b(?:reunion|congreso|foro|seminario|encuentro|asamblea|conferencia|reuniao|congresso|forum|encontro|meeting|congress)"
            r" (?:anual |tecnica |ordinaria )?(?:de|del|da|do|of)(?: (?:la|el|los|las|the))? ?\Z",
            lead,
        ):
            found.append(RoleReading(index, "organiser", 0.75, "event-of"))
    return found


_HELD_AT = re.compile(
    r"(?:(?:realiz|celebr|efectu|desarroll|inaugur)\w*|llevo a cabo|tuvo lugar|teve lugar|aconteceu|decorreu|ocorreu|held|took place)\b"
    r"(?:[^.;:]{0,80}?)\b(?:en|em|no|na|at|in)(?: (?:la|el|las|los|the|a|o))? ?\Z"
)


def _host_in_place(sentence: Sentence) -> list[RoleReading]:
    """ "… se realizó en la Facultad de … de la Universidad de …": who lends the place hosts."""
    folded = fold_keeping_length(sentence.text)
    return [
        RoleReading(index, "host", round(0.85 * mention.confidence, 3), "held-at")
        for index, mention in enumerate(sentence.mentions)
        if mention.type != "programme"
        and _HELD_AT.search(folded[max(0, mention.start - 140) : mention.start])
    ]


# -- actors -------------------------------------------------------------------------------------------------------


def _actors(
    reading: Reading,
    drafts: list[EventDraft],
    roles: list[_EventRole],
    methods: dict[int, list[tuple[int, int]]],
) -> ActorIndex:
    in_role = {r.mention for r in roles}
    titles = [span for d in drafts for span in d.mentions]
    named_methods = [span for spans in methods.values() for span in spans]
    text = reading.clean.text

    listed = _listed_with_names(reading)

    def keep(index: int) -> bool:
        mention = reading.mentions[index]
        if any(start <= mention.start < end for start, end in named_methods):
            return False
        inside = any(start <= mention.start < end for start, end in titles)
        if index in in_role and not inside:
            return True
        if inside:
            return False
        before = fold_keeping_length(text[max(0, mention.start - 24) : mention.start])
        after = text[mention.end : mention.end + 2]
        return bool(
            re.search(
                r"\b(?:de|del|da|do|el|la|los|las|a|al|ao|o|by|the|por|con|com|of|pelo|pela|no|na|en|em|iniciativa|empresa|"
                r"firma|red|rede|plataforma|organizacion|organizacao|consultora|company|network)\s\Z",
                before,
            )
            or after.startswith(" (")
            or index in listed
        )

    return gather_actors(reading, country_of=country_of, keep=keep)


def _listed_with_names(reading: Reading) -> set[int]:
    """Mentions that stand in one list with an institution that more than its form tells."""
    found: set[int] = set()
    chain: list[int] = []
    for index, mention in enumerate(reading.mentions):
        previous = reading.mentions[index - 1] if index else None
        joined = (
            previous is not None
            and 0 <= mention.start - previous.end <= 40
            and in_one_list(reading.clean.text[previous.end : mention.start])
        )
        if not joined:
            chain = []
        chain.append(index)
        if any(reading.mentions[i].rule not in {"acronym", "camel-case"} for i in chain):
            found.update(chain)
    return found


# -- events -------------------------------------------------------------------------------------------------------


def _events(
    reading: Reading, drafts: list[EventDraft], roles: list[_EventRole], actors: ActorIndex
) -> list[Event]:
    used: Counter[str] = Counter()
    ids: dict[int, str] = {}
    facts: dict[int, tuple[DateMention | None, Sentence | None, PlaceMention | None, Sentence | None]] = {}
    for draft in drafts:
        date, date_sentence = _date_of(draft)
        place, place_sentence = _place_of(draft)
        facts[id(draft)] = (date, date_sentence, place, place_sentence)
        base = slugify(draft.title)[:70].strip("-") or "evento"
        if date is not None:
            base = f"{base}-{date.start[:7]}"
        used[base] += 1
        ids[id(draft)] = base if used[base] == 1 else f"{base}-{used[base]}"
    home = _home_country(reading)
    by_id = {a.id: a for a in actors.actors}
    grouped: dict[int, list[_EventRole]] = defaultdict(list)
    for role in roles:
        grouped[id(role.draft)].append(role)
    events = []
    for draft in drafts:
        date, date_sentence, place, place_sentence = facts[id(draft)]
        fields: dict[str, Evidence] = {
            "title": Evidence(reading.source(draft.start, draft.end), draft.rule, draft.confidence)
        }
        city = country = None
        if date is not None and date_sentence is not None:
            fields["start_date"] = fields["end_date"] = Evidence(
                reading.source(date_sentence.start + date.span.start, date_sentence.start + date.span.end), date.rule,
                0.7 if date.inferred_year else 0.95,
            )  # fmt: skip
        if place is not None and place_sentence is not None:
            where = Evidence(
                reading.source(place_sentence.start + place.span.start, place_sentence.start + place.span.end),
                "place", place.confidence,
            )  # fmt: skip
            country = place.country
            fields["country"] = where
            if place.kind == "city":
                city = place.name
                fields["city"] = where
        elif draft.parent is not None:
            _, _, parent_place, parent_sentence = facts[id(draft.parent)]
            if parent_place is not None and draft.rule == "told" and parent_sentence is not None:
                country = parent_place.country
                city = parent_place.name if parent_place.kind == "city" else None
                where = Evidence(
                    reading.source(
                        parent_sentence.start + parent_place.span.start, parent_sentence.start + parent_place.span.end
                    ), "place-of-parent", round(0.7 * parent_place.confidence, 3),
                )  # fmt: skip
                fields["country"] = where
                if city:
                    fields["city"] = where
        if country is None and draft.parent is None and home is not None and draft.rule != "larger-event":
            country = home
            fields["country"] = Evidence(fields["title"].span, "country-of-document", 0.5)
        start_date = date.start if date else None
        if date is None and (named := _year_in_name(reading, draft, drafts)) is not None:
            start_date, where = named
            fields["start_date"] = fields["end_date"] = where
        status = _status(draft, date_sentence)
        participations = _participations(reading, grouped[id(draft)], actors, by_id)
        objectives, outcomes = _objectives(reading, draft)
        span = reading.source(*draft.block)
        events.append(
            Event(
                id=ids[id(draft)],
                title=draft.title,
                type=draft.type,
                status=status,
                span=span,
                evidence=(fields["title"],),
                start_date=start_date,
                end_date=date.end if date else start_date,
                city=city,
                country=country,
                venue=None,
                part_of=ids[id(draft.parent)] if draft.parent is not None else None,
                participations=participations,
                themes=theme_rules.assign_themes(_theme_parts(reading, draft, objectives)),
                objectives=objectives,
                outcomes=outcomes,
                fields=fields,
            )
        )
    return events


def _year_in_name(
    reading: Reading, draft: EventDraft, drafts: list[EventDraft]
) -> tuple[str, Evidence] | None:
    """The year of an event without a date: in its title, or in the only name with a year of a text about one event."""
    titled = re.search(r"\b((?:19|20)\d\d)\Z", draft.title)
    if titled is not None:
        return titled.group(1), Evidence(reading.source(draft.start, draft.end), "year-in-title", 0.7)
    if [d for d in drafts if d.parent is None and d.rule not in _PASSING] != [draft]:
        return None
    named = [(s, d) for s in reading.sentences for d in s.dates if d.rule == "name-year"]
    if len({d.start for _, d in named}) != 1:
        return None
    sentence, date = named[0]
    where = reading.source(sentence.start + date.span.start, sentence.start + date.span.end)
    return date.start, Evidence(where, "year-in-name", 0.5)


_HOME_SHARE, _HOME_MENTIONS = 0.8, 3


def _home_country(reading: Reading) -> str | None:
    """The country that nearly all places of a text are in, where it names enough of them."""
    counts: Counter[str] = Counter(
        p.country
        for s in reading.sentences
        for p in s.places
        if p.country and p.kind != "region" and p.confidence >= 0.4
    )
    total = sum(counts.values())
    if total < _HOME_MENTIONS:
        return None
    country, count = counts.most_common(1)[0]
    return country if count >= _HOME_SHARE * total else None


def _date_of(draft: EventDraft) -> tuple[DateMention | None, Sentence | None]:
    """The date of an event: of its announcement, else of a sentence that says it was held."""
    best: tuple[float, int, DateMention, Sentence] | None = None
    for number, sentence in enumerate(
        (*draft.head_sentences, *(s for s in draft.sentences if s not in draft.head_sentences))
    ):
        if number >= len(draft.head_sentences) and best is not None:
            break
        held = HELD.search(fold_keeping_length(sentence.text)) or TO_COME.search(
            fold_keeping_length(sentence.text)
        )
        if number >= len(draft.head_sentences) and not held and draft.announced:
            continue
        for date in sentence.dates:
            at = sentence.start + date.span.start
            if draft.start <= at < draft.end and date.weak:
                continue
            precision = {"day": 3.0, "month": 2.0, "year": 1.0}[date.precision] - 2.0 * date.weak
            distance = min(abs(at - draft.end), abs(at - draft.start)) / 400
            score = precision - min(1.5, distance) - 0.3 * min(number, 3)
            if best is None or score > best[0]:
                best = (score, number, date, sentence)
    if best is None or best[0] < -1.0:
        return None, None
    return best[2], best[3]


def _place_of(draft: EventDraft) -> tuple[PlaceMention | None, Sentence | None]:
    best: tuple[float, PlaceMention, Sentence] | None = None
    head = len(draft.head_sentences)
    for number, sentence in enumerate((*draft.head_sentences, *draft.sentences)):
        folded = fold_keeping_length(sentence.text)
        held = HELD.search(folded) or TO_COME.search(folded)
        if number >= head and (best is not None or not held):
            continue
        for place in sentence.places:
            at = sentence.start + place.span.start
            if place.kind == "region" or place.embedded or draft.start <= at < draft.end:
                continue
            inside = any(m.start <= place.span.start < m.end for m in sentence.mentions)
            after_name = any(
                0 <= place.span.start - m.end <= 8
                and re.fullmatch(
                    r"\s*\(?(?:de|del|da|do|of)?\s*(?:la |el |the )?", folded[m.end : place.span.start]
                )
                for m in sentence.mentions
            )
            if inside or (after_name and place.kind == "country"):
                continue
            lead = folded[max(0, place.span.start - 14) : place.span.start]
            score = (
                (1.0 if place.kind == "city" else 0.3)
                + 0.5 * bool(re.search(r"(?:\b(?:en|em|in|at|no|na)\s(?:la\s|the\s|el\s)?(?:ciudad de\s|cidade de\s)?|[.,;–—(]\s|\A)\Z", lead))
                - min(1.0, abs(at - draft.end) / 300) - 0.2 * min(number, 4)
            )  # fmt: skip
            if best is None or score > best[0] + 0.01:
                best = (score, place, sentence)
    if best is None or (best[0] < 0.0 and not draft.announced):
        return None, None
    return best[1], best[2]


def _status(draft: EventDraft, dated: Sentence | None) -> Status:
    """Scheduled where the heading above announces it, or the sentence that dates it looks ahead."""
    if draft.scheduled_hint:
        return "scheduled"
    told = [dated] if dated is not None else draft.head_sentences
    text = " ".join(fold_keeping_length(s.text) for s in told)
    return "scheduled" if TO_COME.search(text) and not HELD.search(text) else "held"


def _participations(
    reading: Reading, roles: list[_EventRole], actors: ActorIndex, by_id: dict[str, Actor]
) -> tuple[Participation, ...]:
    best: dict[tuple[str, Role], list[tuple[float, int, str]]] = defaultdict(list)
    for read in roles:
        told = actors.of_mention[read.mention]
        if told is not None:
            best[told, read.role].append((read.confidence, read.mention, read.rule))
    # A sponsor, organiser, host, speaker or instructor who also "took part" said nothing new by that
    strong = {actor for actor, role in best if role in {"sponsor", "organiser"}}
    organisers = {actor for actor, role in best if role == "organiser"}
    listed = []
    for (actor, role), found in best.items():
        if (
            role == "participant"
            and actor in organisers
            and all(rule == "meeting-title" for _, _, rule in found)
        ):
            continue
        weak_only = all(rule.startswith("participant-after") for _, _, rule in found)
        if role == "participant" and actor in strong and weak_only:
            continue
        evidence = tuple(
            Evidence(reading.source(reading.mentions[m].start, reading.mentions[m].end), rule, confidence)
            for confidence, m, rule in dict.fromkeys(found)
        )
        listed.append(Participation(actor, by_id[actor].name, role, evidence))
    return tuple(listed)


def _objectives(reading: Reading, draft: EventDraft) -> tuple[tuple[Excerpt, ...], tuple[Excerpt, ...]]:
    objectives: list[Excerpt] = []
    outcomes: list[Excerpt] = []
    if draft.objective_cell is not None:
        cell = draft.objective_cell
        objectives.append(_excerpt(reading, cell.start, cell.end))
    open_list = False
    unit_of_list = -1
    for sentence in draft.sentences:
        if (
            sentence in draft.head_sentences
            or sentence is draft.objective_cell
            or sentence is draft.institutions_cell
        ):
            continue
        begins = objective_start(sentence.text)
        unit = reading.units[sentence.unit]
        if begins is not None:
            if sentence.text.rstrip().endswith(":") or not sentence.text[begins:].strip():
                open_list, unit_of_list = True, sentence.unit
                continue
            for piece in pieces(sentence.text):
                start = max(piece.start, begins) if piece.start < begins < piece.end else piece.start
                if piece.end > start + 8:
                    objectives.append(_excerpt(reading, sentence.start + start, sentence.start + piece.end))
            continue
        if open_list and unit.segment.kind == "list-item" and sentence.unit > unit_of_list:
            objectives.append(_excerpt(reading, sentence.start, sentence.end))
            continue
        open_list = False
        reading_of = read_practice(sentence.text)
        if reading_of and reading_of.rule.startswith(
            ("practice-success-case-4", "practice-recommendation-5")
        ):
            outcomes.append(_excerpt(reading, sentence.start, sentence.end))
    return tuple(objectives), tuple(outcomes)


def _excerpt(reading: Reading, start: int, end: int) -> Excerpt:
    text = reading.clean.text[start:end]
    lead = len(text) - len(text.lstrip(" •"))
    tail = len(text.rstrip())
    start, end = start + lead, start + tail
    return Excerpt(" ".join(reading.clean.text[start:end].split()), reading.source(start, end))


def _theme_parts(
    reading: Reading, draft: EventDraft, objectives: tuple[Excerpt, ...]
) -> list[tuple[str, float, Span]]:
    parts = [(draft.title, theme_rules.TITLE, reading.source(draft.start, draft.end))]
    parts += [(o.text, theme_rules.OBJECTIVE, o.span) for o in objectives]
    told = {(o.span.start, o.span.end) for o in objectives}
    for sentence in draft.sentences:
        span = reading.source(sentence.start, sentence.end)
        if any(span.start <= s and e <= span.end for s, e in told) or sentence in draft.head_sentences:
            continue
        parts.append((_without_names(sentence), theme_rules.BODY, span))
    return parts


def _without_names(sentence: Sentence) -> str:
    """The sentence with the names of institutions blanked: a bank's name is no theme."""
    text = sentence.text
    for mention in sentence.mentions:
        text = text[: mention.start] + " " * (mention.end - mention.start) + text[mention.end :]
    return text


# -- practices, methodologies, persons, places ---------------------------------------------------------------------


def _practices(
    reading: Reading, owned: dict[int, list[EventDraft]], by_draft: dict[int, Event], actors: ActorIndex,
    text_passages: tuple[Passage, ...],
) -> tuple[Practice, ...]:  # fmt: skip
    practices: list[Practice] = []
    heads = {s.start for ds in owned.values() for d in ds for s in d.head_sentences if d.announced}
    for sentence in reading.sentences:
        if sentence.start in heads and not HELD.search(fold_keeping_length(sentence.text)):
            continue
        if reading.units[sentence.unit].segment.kind == "heading":
            continue
        drafts = owned.get(sentence.start, [])
        event = by_draft[id(drafts[0])] if drafts else None
        begins = objective_start(sentence.text)
        for piece in pieces(sentence.text):
            start = piece.start
            if (
                begins is not None
                and start < begins < piece.end
                and piece.start == 0
                and piece.end != len(sentence.text)
            ):
                start = begins
            text = sentence.text[start : piece.end]
            found = read_practice(text)
            if found is None:
                continue
            if event is None and not drafts and found.confidence < 0.74:
                continue
            excerpt = _excerpt(reading, sentence.start + start, sentence.start + piece.end)
            involved = dict.fromkeys(
                actor
                for i, m in enumerate(sentence.mentions)
                if start <= m.start < piece.end and (actor := actors.of_mention[sentence.first_mention + i])
            )
            results = [
                _excerpt(reading, sentence.start + start + p.start, sentence.start + start + p.end)
                for p in numbered_results(text)
            ]
            practices.append(
                Practice(
                    id=f"practice-{excerpt.span.start}-{excerpt.span.end}",
                    kind=found.kind,
                    text=excerpt.text,
                    span=excerpt.span,
                    evidence=Evidence(excerpt.span, found.rule, found.confidence),
                    event=event.id if event else None,
                    themes=_practice_themes(excerpt, event),
                    actors=tuple(involved),
                    results=tuple(results) if not is_objective(text) else (),
                )
            )
    return tuple(practices)


def _practice_themes(excerpt: Excerpt, event: Event | None) -> tuple:  # type: ignore[type-arg]
    own = theme_rules.assign_themes([(excerpt.text, 2.0, excerpt.span)], rule="theme-terms-practice")
    if own or event is None:
        return own
    return tuple(
        replace(t, confidence=round(0.7 * t.confidence, 3), reason=f"{t.reason} (evento)")
        for t in event.themes[:2]
    )


def _methodology_mentions(reading: Reading) -> dict[int, list[tuple[int, int]]]:
    """Clean spans of methodologies by the start of their sentence."""
    return {
        s.start: [(s.start + m.start, s.start + m.end) for m in found]
        for s in reading.sentences if (found := find_methodologies(s.text))
    }  # fmt: skip


def _methodologies(
    reading: Reading, spans: dict[int, list[tuple[int, int]]], owned: dict[int, list[EventDraft]],
    by_draft: dict[int, Event], actors: ActorIndex,
) -> tuple[Methodology, ...]:  # fmt: skip
    mentions: dict[str, list[Evidence]] = defaultdict(list)
    names: dict[str, str] = {}
    developers: dict[str, dict[str, None]] = defaultdict(dict)
    events: dict[str, dict[str, None]] = defaultdict(dict)
    for sentence in reading.sentences:
        if sentence.start not in spans:
            continue
        for found in find_methodologies(sentence.text):
            key = fold(found.name)
            names.setdefault(key, found.name)
            mentions[key].append(
                Evidence(
                    reading.source(sentence.start + found.start, sentence.start + found.end),
                    "methodology",
                    0.85,
                )
            )
            if found.developer_from is not None:
                for i, m in enumerate(sentence.mentions):
                    actor = actors.of_mention[sentence.first_mention + i]
                    if actor and 0 <= m.start - found.developer_from <= 30:
                        developers[key][actor] = None
                        break
            for draft in owned.get(sentence.start, [])[:1]:
                events[key][by_draft[id(draft)].id] = None
    return tuple(
        Methodology(
            slugify(names[key]) or f"m-{n}",
            names[key],
            tuple(found),
            tuple(developers[key]),
            tuple(events[key]),
        )
        for n, (key, found) in enumerate(mentions.items())
    )


def _persons(reading: Reading) -> list[tuple[Sentence, PersonMention]]:
    found = []
    for sentence in reading.sentences:
        taken = [(m.start, m.end) for m in sentence.mentions]
        taken += [(p.start, p.end) for p in sentence.phrases]
        found += [(sentence, p) for p in find_persons(sentence.text, taken=taken, is_place=is_place)]
    return found


def _person_values(
    reading: Reading, persons: list[tuple[Sentence, PersonMention]], actors: ActorIndex
) -> tuple[Person, ...]:
    grouped: dict[str, list[tuple[Sentence, PersonMention]]] = defaultdict(list)
    for sentence, person in persons:
        grouped[slugify(person.name)].append((sentence, person))
    values = []
    for slug, found in grouped.items():
        if not slug:
            continue
        position = next((p.position for _, p in found if p.position), None)
        organisation = None
        for sentence, person in found:
            if person.organisation is None:
                continue
            for i, m in enumerate(sentence.mentions):
                if m.start < person.organisation[1] and person.organisation[0] < m.end:
                    organisation = organisation or actors.of_mention[sentence.first_mention + i]
        values.append(
            Person(
                slug, found[0][1].name, position, organisation,
                tuple(
                    Evidence(reading.source(s.start + p.start, s.start + p.end), p.rule, p.confidence) for s, p in found
                ),
            )
        )  # fmt: skip
    return tuple(values)


def _places(reading: Reading) -> tuple[Place, ...]:
    grouped: dict[tuple[str, str | None, str], list[tuple[Sentence, PlaceMention]]] = defaultdict(list)
    for sentence in reading.sentences:
        for place in sentence.places:
            key = (place.kind, place.country, str(place.geonames) if place.geonames else fold(place.name))
            if place.kind == "country":
                key = (place.kind, place.country, "")
            grouped[key].append((sentence, place))
    values = []
    for (kind, country, _), found in grouped.items():
        name = Counter(p.name for _, p in found).most_common(1)[0][0]
        if kind == "country" and country:
            name = country_name(country, language="es") or name
            slug = country.lower()
        else:
            slug = "-".join(filter(None, ((country or "").lower(), slugify(name))))
        first = found[0][1]
        values.append(
            Place(
                slug, name, kind, country,
                tuple(
                    Evidence(reading.source(s.start + p.span.start, s.start + p.span.end), "gazetteer", p.confidence)
                    for s, p in found
                ), first.geonames, first.latitude, first.longitude,
            )
        )  # fmt: skip
    return tuple(values)


def _with_event(passage: Passage, blocks: list[tuple[int, int, str, bool]]) -> Passage:
    """The passage with the event whose block covers most of it; an announced block before one told in prose."""
    best: tuple[int, int, str] | None = None
    for start, end, event, announced in blocks[: bisect_right(blocks, (passage.span.end, 0, "", False))]:
        shared = min(end, passage.span.end) - max(start, passage.span.start)
        if shared > 0:
            candidate = (int(announced), shared, event)
            if best is None or candidate > best:
                best = candidate
    return replace(passage, event=best[2]) if best else passage
