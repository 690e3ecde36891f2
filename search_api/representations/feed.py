"""What is new: practices and events as a feed of Atom (RFC 4287), by the day their document first came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

from search_api.catalogue.catalogue import Catalogue
from search_api.resources.events import EventSummary
from search_api.resources.practices import PracticeSummary
from search_api.wording.languages import gettext as _
from search_api.wording.languages import language
from search_api.wording.localised import dates
from search_api.wording.printable import printable

ATOM = "http://www.w3.org/2005/Atom"
#: What no XML may hold, beside control characters.
_NO_XML = dict.fromkeys((0xFFFE, 0xFFFF), "\ufffd")
#: Entries in one page of the feed.
ENTRIES = 60
#: Longest title made of the text of a practice.
LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True)
class Entry:
    """A new resource; `published` and `updated` are ISO 8601 in UTC: when the first and the last of its
    documents came."""

    iri: str
    url: str
    title: str
    summary: str
    category: str
    published: str
    updated: str


@dataclass(frozen=True, slots=True)
class News:
    """A practice or an event, and the days its documents came (ISO 8601 in UTC), in order."""

    item: EventSummary | PracticeSummary
    days: tuple[str, ...]


def news(catalogue: Catalogue, received: Mapping[str, str]) -> tuple[News, ...]:
    """All practices and events, the newest first; `received` says when each document came, by its slug."""
    days: dict[str, list[str]] = {}
    for document in catalogue.documents.values():
        for iri in catalogue.events_of_document.get(document.id, ()):
            if day := received.get(document.slug):
                days.setdefault(iri, []).append(day)
    for practice in catalogue.practices.values():
        if practice.source and (day := received.get(practice.source.document.slug)):
            days.setdefault(practice.id, []).append(day)
    items: list[EventSummary | PracticeSummary] = [*catalogue.practices.values(), *catalogue.events.values()]
    found = [News(item, tuple(sorted(days[item.id]))) for item in items if item.id in days]
    return tuple(sorted(found, key=lambda new: new.days[0], reverse=True))


def entry(new: News) -> Entry:
    """A practice or an event in words."""
    item, days = new.item, new.days
    if isinstance(item, PracticeSummary):
        title, category = " ".join(item.text.split()), item.kind
        facts = [item.event.label if item.event else "", item.source.document.label if item.source else ""]
        text = item.text
    else:
        title, category = item.label, item.type
        place = ", ".join(ref.label for ref in (item.city, item.country) if ref)
        facts = [dates(item.start_date, item.end_date), place]
        text = ""
    facts.append(", ".join(theme.label for theme in item.themes))
    return Entry(
        iri=item.id,
        url=item.url,
        title=title if len(title) <= LONGEST_TITLE else title[:LONGEST_TITLE].rsplit(" ", 1)[0] + "…",
        summary="\n".join(part for part in (text, " · ".join(fact for fact in facts if fact)) if part),
        category=category.label if category else "",
        published=days[0],
        updated=days[-1],
    )


def atom(found: Sequence[News], *, root: str, offset: int, updated: str) -> bytes:
    """A page of the feed from entry `offset` on; `root` is where the site is in the reader's language,
    without a slash at its end, `updated` when its data were published."""
    Xml.register_namespace("", ATOM)
    feed = Xml.Element(f"{{{ATOM}}}feed", {"xml:lang": language()})
    here = f"{root}/feed.atom"
    _add(feed, "id", here)
    _add(feed, "title", _("redpyme: prácticas y eventos nuevos"))
    _add(feed, "updated", updated)
    _add(_add(feed, "author"), "name", "redpyme")
    _add(feed, "link", rel="alternate", type="text/html", href=f"{root}/")
    _add(feed, "link", rel="self", href=f"{here}?offset={offset}" if offset else here)
    if offset + ENTRIES < len(found):  # RFC 5005, 3: a feed in pages
        _add(feed, "link", rel="next", href=f"{here}?offset={offset + ENTRIES}")
    for told in map(entry, found[offset : offset + ENTRIES]):
        node = _add(feed, "entry")
        _add(node, "id", told.iri)
        _add(node, "title", told.title)
        _add(node, "published", told.published)
        _add(node, "updated", told.updated)
        _add(node, "link", rel="alternate", type="text/html", href=root + told.url)
        if told.category:
            _add(node, "category", term=told.category)
        _add(node, "summary", told.summary or told.title)
    written: bytes = Xml.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _add(parent: Xml.Element, name: str, text: str = "", **attributes: str) -> Xml.Element:
    node = Xml.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    if text:
        node.text = printable(text).translate(_NO_XML)
    return node
