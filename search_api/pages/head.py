"""What the head of a page tells machines: a description, other representations, the page in schema.org."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import singledispatch

from markupsafe import Markup

from search_api.answers.dataset import DatasetDetail, dataset_words
from search_api.catalogue.countries import CountryDetail
from search_api.http.negotiation import RDF, SCHEMA_ORG
from search_api.representations.schema_org import described
from search_api.resources.actors import ActorDetail
from search_api.resources.base import Ref, Resource
from search_api.resources.documents import DocumentDetail
from search_api.resources.events import EventDetail
from search_api.resources.links import split_iri
from search_api.resources.practices import PracticeDetail
from search_api.resources.themes import ThemeDetail
from search_api.wording.languages import gettext as _
from search_api.wording.localised import dates

#: Longest description: search engines show no more.
LONGEST = 300
#: Values of a property that a page states of itself; `?format=schema-org` has them all.
_LISTED = 10
#: What would end a script element, or begin a comment in it, as JSON also writes it.
_IN_SCRIPT = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


@dataclass(frozen=True, slots=True)
class Head:
    """`kind` is the type of Open Graph, `formats` are other representations as media type, title and address,
    `data` is JSON-LD to stand in a script element."""

    description: str
    kind: str = "website"
    formats: tuple[tuple[str, str, str], ...] = ()
    data: Markup | None = None


def head_of(values: Iterable[object], *, root: str) -> Head:
    """The head of the page that shows `values`, one of which may be the resource that the page is about."""
    for value in values:
        if isinstance(value, Resource) and (data := described(value, root=root)):
            short = {name: v[:_LISTED] if isinstance(v, list) else v for name, v in data.items()}
            written = json.dumps(short, ensure_ascii=False).translate(_IN_SCRIPT)
            return Head(
                description=_short(description(value)),
                kind="article",
                formats=_formats(data["@id"], data["url"].removeprefix(root)),
                data=Markup(written),
            )
    return Head(
        description=_(
            "Red temática de las instituciones que apoyan a la micro, pequeña y mediana empresa "
            "en Iberoamérica: quién hizo qué, con quién y qué se aprendió, con la fuente de cada dato."
        )
    )


@singledispatch
def description(resource: Resource) -> str:
    """A resource in a sentence or two, of what the graph says of it."""
    raise TypeError(f"there are no words for {type(resource).__name__}")


@description.register
def _actor(actor: ActorDetail) -> str:
    themes = ", ".join(counted.resource.label for counted in actor.themes[:4])
    return _told(
        actor.label,
        actor.type,
        actor.country,
        _("eventos: %(count)s") % {"count": actor.events} if actor.events else "",
        _("temas: %(themes)s") % {"themes": themes} if themes else "",
    )


@description.register
def _event(event: EventDetail) -> str:
    names = ", ".join({part.actor.label: None for part in event.participations[:4]})
    return _told(
        event.label,
        event.type,
        dates(event.start_date, event.end_date),
        event.city,
        event.country,
        _("con %(institutions)s") % {"institutions": names} if names else "",
    )


@description.register
def _practice(practice: PracticeDetail) -> str:
    return f"{practice.kind.label.capitalize()}: {practice.text}" if practice.kind else practice.text


@description.register
def _theme(theme: ThemeDetail) -> str:
    return theme.definition or theme.label


@description.register
def _document(document: DocumentDetail) -> str:
    return _told(
        document.label,
        document.reference or "",
        str(document.year or ""),
        _("eventos: %(count)s") % {"count": document.events} if document.events else "",
    )


@description.register
def _country(country: CountryDetail) -> str:
    counts = (_("eventos: %(count)s"), country.events), (_("instituciones: %(count)s"), country.actors)
    return _told(country.label, *(words % {"count": count} for words, count in counts if count))


@description.register
def _dataset(dataset: DatasetDetail) -> str:
    return dataset_words()


def _told(*parts: Ref | str | None) -> str:
    words = [part.label if isinstance(part, Ref) else part for part in parts if part]
    return " · ".join(word for word in words if word)


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST else flat[:LONGEST].rsplit(" ", 1)[0] + "…"


def _formats(iri: str, url: str) -> tuple[tuple[str, str, str], ...]:
    """Where a resource is to be had for programs: its statements, and itself in schema.org."""
    in_schema_org = (SCHEMA_ORG.media_type, "schema.org", f"{url}?format={SCHEMA_ORG.name}")
    parts = split_iri(iri)
    if parts is None:  # the dataset, which VoID describes
        return (("text/turtle", "VoID", "/.well-known/void"), in_schema_org)
    path = f"/id/{parts[0]}/{parts[1]}"
    return (*((f.media_type, f.name, f"{path}?format={f.name}") for f in RDF), in_schema_org)
