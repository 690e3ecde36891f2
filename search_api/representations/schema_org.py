"""Resources in the words of schema.org, which search engines and citation managers read.

<https://schema.org/docs/full.html>. Each function gives a JSON-LD object; nothing is told that the graph does
not say. Addresses are paths where `root`, the public address without a slash at its end, is not known.
"""

from collections.abc import Iterable
from functools import singledispatch
from typing import Any

from search_api.answers.dataset import DatasetDetail, dataset_words
from search_api.catalogue.countries import CountryDetail
from search_api.resources.actors import ActorDetail
from search_api.resources.base import Ref, Resource
from search_api.resources.documents import DocumentDetail
from search_api.resources.events import EventDetail, EventSummary
from search_api.resources.practices import PracticeDetail
from search_api.resources.themes import ThemeDetail

#: The nearest class of schema.org for each type of institution; Organization for all others.
_ORGANISATIONS = {
    "ministry": "GovernmentOrganization",
    "government-agency": "GovernmentOrganization",
    "university": "CollegeOrUniversity",
    "ngo-foundation": "NGO",
}
#: Roles in an event by the property of schema.org that says so; the others are attendees.
_ROLES = {
    "organiser": "organizer",
    "sponsor": "sponsor",
    "speaker": "performer",
    "instructor": "performer",
}
#: Most values of a property: the statements in RDF have them all, and a page stays small.
MOST = 50
Described = dict[str, Any]


@singledispatch
def described(resource: Resource, *, root: str) -> Described | None:
    """The resource as schema.org tells it; None for what it has no words for."""
    return None


@described.register
def _actor(actor: ActorDetail, *, root: str) -> Described:
    return _thing(
        _ORGANISATIONS.get(actor.type.slug, "Organization") if actor.type else "Organization",
        actor,
        root,
        alternateName=[*actor.acronyms, *actor.names],
        location=_country(actor.country),
        parentOrganization=[_link("Organization", ref, root) for ref in actor.part_of],
        subOrganization=[_link("Organization", ref, root) for ref in actor.units],
        knowsAbout=[_link("DefinedTerm", counted.resource, root) for counted in actor.themes],
        sameAs=list(actor.same_as),
    )


@described.register
def _event(event: EventDetail, *, root: str) -> Described:
    parts: dict[str, list[Described]] = {}
    for taken in event.participations:
        names = parts.setdefault(_ROLES.get(taken.role.slug, "attendee"), [])
        link = _link("Organization", taken.actor, root)
        if link not in names:
            names.append(link)
    return _thing(
        "Event",
        event,
        root,
        startDate=event.start_date,
        endDate=event.end_date,
        eventStatus="https://schema.org/EventScheduled" if event.status == "scheduled" else None,
        location=_place(event),
        about=[_link("DefinedTerm", theme, root) for theme in event.themes],
        superEvent=[_link("Event", ref, root) for ref in event.part_of],
        subEvent=[_link("Event", ref, root) for ref in event.parts],
        subjectOf=_documents((passage.source.document for passage in event.passages), root),
        **parts,
    )


@described.register
def _practice(practice: PracticeDetail, *, root: str) -> Described:
    source = practice.source
    return _thing(
        "CreativeWork",
        practice,
        root,
        text=practice.text,
        genre=practice.kind.label if practice.kind else None,
        about=[_link("DefinedTerm", theme, root) for theme in practice.themes],
        mentions=[_link("Organization", actor, root) for actor in practice.actors],
        isPartOf=_documents([source.document], root) if source else None,
        recordedAt=_link("Event", practice.event, root) if practice.event else None,
    )


@described.register
def _theme(theme: ThemeDetail, *, root: str) -> Described:
    return _thing(
        "DefinedTerm",
        theme,
        root,
        description=theme.definition,
        termCode=theme.notation,
        alternateName=sorted({label.text for label in theme.labels} - {theme.label}),
        sameAs=list(theme.close_matches),
    )


@described.register
def _document(document: DocumentDetail, *, root: str) -> Described:
    return _thing(
        "Report",
        document,
        root,
        inLanguage=document.language,
        reportNumber=document.reference,
        temporalCoverage=str(document.year) if document.year else None,
        encodingFormat=document.format,
        mentions=[_link("Organization", counted.resource, root) for counted in document.actors],
        about=[_link("Event", _ref(event), root) for event in document.event_list],
    )


@described.register
def _of_country(country: CountryDetail, *, root: str) -> Described:
    return _thing(
        "Country",
        country,
        root,
        identifier=country.slug.upper(),
        containsPlace=[_link("City", counted.resource, root) for counted in country.cities],
    )


@described.register
def _dataset(dataset: DatasetDetail, *, root: str) -> Described:
    return _thing(
        "Dataset",
        dataset,
        root,
        description=dataset_words(),
        license=dataset.licence,
        version=str(dataset.version),
        dateModified=dataset.created,
        isAccessibleForFree=True,
        distribution=[
            {
                "@type": "DataDownload",
                "encodingFormat": download.media_type,
                "contentUrl": root + download.url,
            }
            for download in dataset.downloads
        ],
    )


def _thing(kind: str, resource: Any, root: str, **values: object) -> Described:
    told = {
        name: value[:MOST] if isinstance(value, list) else value
        for name, value in values.items()
        if value not in (None, "", [], {})
    }
    return {
        "@context": "https://schema.org",
        "@type": kind,
        "@id": resource.id,
        "url": root + resource.url,
        "name": resource.label,
        **told,
    }


def _link(kind: str, ref: Ref, root: str) -> Described:
    return {"@type": kind, "@id": ref.id, "name": ref.label, "url": root + ref.url}


def _ref(event: EventSummary) -> Ref:
    return Ref(id=event.id, slug=event.slug, label=event.label, url=event.url)


def _documents(documents: Iterable[Ref], root: str) -> list[Described]:
    return [_link("Report", ref, root) for ref in {document.id: document for document in documents}.values()]


def _country(country: Ref | None) -> Described | None:
    if country is None:
        return None
    return {"@type": "Country", "name": country.label, "identifier": country.slug.upper()}


def _place(event: EventDetail) -> Described | None:
    address = {
        "@type": "PostalAddress",
        "addressLocality": event.city.label if event.city else None,
        "addressCountry": event.country.slug.upper() if event.country else None,
    }
    known = {name: value for name, value in address.items() if value}
    name = event.venue or (event.city or event.country or Ref(id="", slug="", label="", url="")).label
    return {"@type": "Place", "name": name, "address": known} if name else None
