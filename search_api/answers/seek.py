"""Institutions for a need told in words, in the terms of the interface."""

from collections.abc import Collection, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from ontology.namespaces import ID
from search_api.answers.declared import told
from search_api.catalogue.catalogue import Catalogue
from search_api.catalogue.listing import has_theme
from search_api.peers.meetings import NEAR
from search_api.peers.seeking import DID, NEARER, PASSAGES, seek
from search_api.resources.base import Reason
from search_api.resources.links import slug_of
from search_api.resources.peers import Sought, SoughtList, SoughtPassage
from search_api.search.entries import MENTIONED
from search_api.served import Served
from search_api.wording.languages import Language
from search_api.wording.languages import gettext as _

if TYPE_CHECKING:
    from graph.declarations import Declared
    from search_api.peers.seeking import Sought as Found
    from search_api.peers.seeking import Vote
    from search_api.peers.wording import Namer

#: Letters of the shortest name that is looked for in a passage.
SHORTEST_NAME = 3


def sought_by(
    served: Served,
    text: str,
    *,
    type: str | None = None,
    country: str | None = None,
    theme: str | None = None,
    language: Language = "es",
    k: int = 10,
    offset: int = 0,
) -> SoughtList:
    """A window of the institutions that may have what `text` seeks, the likeliest first.

    `type` and `country` (slugs) are those of the institutions, `theme` that of the passages. Raises
    NotReadyError while the model loads.
    """
    from search_api.peers.wording import Namer
    from search_api.search.columns import Filters
    from search_api.search.results import SearchRequest

    catalogue = served.catalogue
    among: set[str] | None = None
    if type or country:
        among = {
            actor.id
            for actor in catalogue.told_actors
            if (not type or (actor.type is not None and actor.type.slug == type.lower()))
            and (not country or (actor.country is not None and actor.country.slug == country.lower()))
        }

    def about(offer: "Declared") -> bool:
        return not theme or has_theme(catalogue, catalogue.refs(offer.themes), theme)

    filters = Filters(
        themes=(theme,) if theme else (),
        actors=tuple(sorted(slug_of(iri) for iri in among)) if among else (),
    )
    answered = (
        None
        if among is not None and not among
        else served.engine().search(SearchRequest(text=text, lang=language, filters=filters, k=PASSAGES))
    )
    profiles = served.peers.profiles
    declared = profiles.declared.declared
    # What a directory tells that somebody offers or seeks is no deed: offers have a vote of their own.
    told_there = {passage for one in declared for passage in one.passages}
    hits = [hit for hit in answered.results if hit.passage not in told_there] if answered else []
    offers = [one for one in _near(served, text) if about(one)] if declared else []
    found = seek(hits, profiles, cache(lambda iri: _names(catalogue, iri)), among=among, offers=offers)
    found = [one for one in found if one.iri in catalogue.actors_by_iri]
    namer = Namer(
        label=lambda iri: served.view.label(iri, language=language),
        year=lambda iri: (e.start_date or "")[:4] if (e := catalogue.events_by_iri.get(iri)) else "",
    )
    return SoughtList(
        total=len(found),
        results=tuple(
            Sought(
                **catalogue.actors_by_iri[one.iri].__dict__,
                score=one.score,
                reasons=tuple(_reasons(catalogue, one, namer, language)),
                evidence=tuple(_passage(catalogue, vote) for vote in one.votes),
                offers=told(catalogue, one.offers),
            )
            for one in found[offset : offset + k]
        ),
        note=_note(found, unclear=answered is not None and answered.nothing_relevant),
    )


def _near(served: Served, text: str) -> "list[Declared]":
    """The offers near in meaning to a question, the nearest first."""
    engine, profiles = served.engine(), served.peers.profiles
    question = engine.query_vector(text)
    mean, deviation = engine.typical_cosine(question)
    near = profiles.meetings.near(question, least=min(NEAR, mean + NEARER * deviation))
    return [profiles.declared.declared[n] for n, _ in near]


def _note(found: "Sequence[Found]", *, unclear: bool) -> str | None:
    """Why there are none, or that the passages do not clearly answer; an offer near in meaning does."""
    if not found:
        return _("Ningún pasaje leído habla de una institución así.")
    if unclear and not any(one.offers for one in found):
        return _("Nada de lo que hay responde con claridad. Lo más cercano:")
    return None


def _names(catalogue: Catalogue, iri: str) -> Collection[str]:
    return [name for name in catalogue.spellings.get(iri, ()) if len(name) >= SHORTEST_NAME]


def _reasons(catalogue: Catalogue, one: "Found", namer: "Namer", language: Language) -> Iterator[Reason]:
    """The part that the institution had in what each passage tells, each told once, and what it offers."""
    from search_api.peers.wording import say_offer, say_part

    parts = {(vote.role, vote.hit.event.iri if vote.hit.event else "") for vote in one.votes}
    if any(role != MENTIONED and event for role, event in parts):
        parts = {(role, event) for role, event in parts if role != MENTIONED and event}
    for role, event in sorted(parts, key=lambda pair: (-DID.get(pair[0], 0.0), pair[1])):
        links = (catalogue.concept("role", role), catalogue.ref(event)) if event and role != MENTIONED else ()
        yield Reason(kind="part", text=say_part(role, event, namer, language=language), links=links)
    for offer in one.offers:
        text = say_offer(offer.iri, namer, language=language)
        said = catalogue.ref(offer.iri).model_copy(update={"label": offer.text})
        yield Reason(kind="declared-offer", text=text, links=(said,))


def _passage(catalogue: Catalogue, vote: "Vote") -> SoughtPassage:
    hit = vote.hit
    return SoughtPassage(
        text=hit.text,
        language=hit.language,
        highlights=hit.highlights,
        role=vote.role,
        named=vote.named,
        event=catalogue.ref(hit.event.iri) if hit.event else None,
        themes=tuple(catalogue.ref(f"{ID}theme/{theme.slug}") for theme in hit.themes),
        source=catalogue.source(hit.document.iri, *hit.span, hit.page) if hit.document and hit.span else None,
    )
