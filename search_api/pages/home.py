"""The entrance: where to begin, what is new, on what the network works, and the network in one picture."""

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nlargest
from typing import ClassVar

from search_api.catalogue.catalogue import Catalogue
from search_api.network.picture import NetworkPicture
from search_api.pages.examples import Example
from search_api.resources.documents import DocumentSummary
from search_api.resources.practices import PracticeSummary
from search_api.resources.themes import ThemeSummary
from search_api.served import Served
from search_api.wording.languages import ngettext

#: Documents that came last, practices from them, and themes with most to tell.
NEWEST, PRACTICES, THEMES = 5, 3, 9


@dataclass(frozen=True, slots=True)
class Number:
    """A figure of the home page with what it counts."""

    count: int
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document with the day it came (ISO 8601) and what was read from it."""

    document: DocumentSummary
    received: str
    practices: int


@dataclass(frozen=True, slots=True)
class HomePage:
    """`most` is the greatest number of events and practices that one of the themes has."""

    template: ClassVar[str] = "home.html"
    numbers: tuple[Number, ...]
    examples: tuple[Example, ...]
    picture: NetworkPicture | None
    newest: tuple[NewDocument, ...]
    practices: tuple[PracticeSummary, ...]
    themes: tuple[ThemeSummary, ...]
    most: int


def home_page(served: Served, *, counts: dict[str, int], examples: tuple[Example, ...]) -> HomePage:
    """The page; `counts` are the figures of the network by the name of their list."""
    catalogue = served.catalogue
    labels = {
        "actors": ngettext("institución", "instituciones", counts["actors"]),
        "events": ngettext("evento", "eventos", counts["events"]),
        "practices": ngettext("práctica o lección", "prácticas y lecciones", counts["practices"]),
        "documents": ngettext("documento", "documentos", counts["documents"]),
    }
    newest = tuple(_newest(served, catalogue))
    themes = sorted(
        (t for t in catalogue.themes.values() if t.status == "accepted" and (t.events or t.practices)),
        key=lambda theme: -_told(theme),
    )[:THEMES]
    return HomePage(
        numbers=tuple(Number(count, labels[name], f"/{name}") for name, count in counts.items()),
        examples=examples,
        picture=served.glance,
        newest=newest,
        practices=tuple(_practices(catalogue, newest))[:PRACTICES],
        themes=tuple(themes),
        most=max(map(_told, themes), default=0),
    )


def _told(theme: ThemeSummary) -> int:
    return theme.events + theme.practices


def _newest(served: Served, catalogue: Catalogue) -> Iterator[NewDocument]:
    """The documents that came last; of those that came together, the latest by the year they report on."""
    manifest = served.snapshot.manifest
    received = {slug: entry.received or manifest.created for slug, entry in manifest.documents.items()}
    known = (slug for slug in received if slug in catalogue.documents)
    for slug in nlargest(NEWEST, known, key=lambda s: (received[s], catalogue.documents[s].year or 0, s)):
        document = catalogue.documents[slug]
        yield NewDocument(document, received[slug], len(catalogue.practices_of_document.get(document.id, ())))


def _practices(catalogue: Catalogue, newest: tuple[NewDocument, ...]) -> Iterator[PracticeSummary]:
    """The first practice of each new document that has any."""
    for new in newest:
        for iri in catalogue.practices_of_document.get(new.document.id, ())[:1]:
            yield catalogue.practices_by_iri[iri]
