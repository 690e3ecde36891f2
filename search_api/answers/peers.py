"""Peers in the terms of the interface: with names, sentences, links and sources."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from graph.parameters import ParameterError
from ontology.namespaces import ID
from search_api.answers.declared import told
from search_api.catalogue.catalogue import Catalogue
from search_api.catalogue.details import find
from search_api.resources.actors import ActorSummary
from search_api.resources.base import Source
from search_api.resources.declarations import Declaration
from search_api.resources.peers import Peer, PeerEvidence, PeerList, PeerReason
from search_api.served import Served
from search_api.wording.languages import Language

if TYPE_CHECKING:
    from search_api.peers.finding import Peer as FoundPeer
    from search_api.peers.lenses import Lens
    from search_api.peers.reasons import Deed, Reason
    from search_api.peers.wording import Namer

#: Why an institution has no peers, in words.
NONE_BECAUSE: Mapping[str, Mapping[str, str]] = {
    "no-deeds": {
        "es": "Ningún documento dice de {name} que tomara parte en un evento o en una práctica.",
        "pt": "Nenhum documento diz de {name} que tenha participado de um evento ou de uma prática.",
        "en": "No document says of {name} that it took part in an event or a practice.",
    },
    "no-country": {
        "es": "No consta de qué país es {name}, así que no se puede decir quién es su par en otro.",
        "pt": "Não consta de que país é {name}; por isso não se pode dizer quem é seu par em outro.",
        "en": "It is not known which country {name} is from, so nobody can be its counterpart in another.",
    },
    "no-type": {
        "es": "No consta qué tipo de institución es {name}, así que no se puede decir quién es su par.",
        "pt": "Não consta que tipo de instituição é {name}; por isso não se pode dizer quem é seu par.",
        "en": "It is not known what type of institution {name} is, so nobody can be its counterpart.",
    },
    "no-themes": {
        "es": "No consta en qué temas trabaja {name}, así que no se puede decir qué le falta.",
        "pt": "Não consta em que temas {name} trabalha; por isso não se pode dizer o que lhe falta.",
        "en": "It is not known which themes {name} works on, so nobody can say what it lacks.",
    },
    "filtered": {
        "es": "Nadie cumple con lo que se pide: quite un filtro o cambie de lente.",
        "pt": "Ninguém cumpre o que se pede: retire um filtro ou mude de lente.",
        "en": "Nobody is what is asked for: take away a filter or choose another lens.",
    },
    "nobody": {
        "es": "Nadie más comparte con {name} lo que esta lente compara.",
        "pt": "Ninguém mais compartilha com {name} o que esta lente compara.",
        "en": "Nobody else shares with {name} what this lens compares.",
    },
}  # fmt: skip


def weights_of(lens: "Lens | None", weights: str | None) -> "Mapping[Lens, float]":
    """Weights from the parameters `lens` and `weights`, which exclude each other. Raises ParameterError."""
    from search_api.peers.ranking import WEIGHTS, parse_weights

    if lens and weights:
        raise ParameterError("weights", "give a lens or weights, not both: one lens has all the weight")
    if lens:
        return {lens: 1.0}
    try:
        return parse_weights(weights) if weights else WEIGHTS
    except ValueError as error:
        raise ParameterError("weights", str(error)) from None


def peers_of(
    served: Served,
    slug: str,
    *,
    lens: "Lens | None" = None,
    weights: str | None = None,
    type: str | None = None,
    country: str | None = None,
    language: Language = "es",
    k: int = 10,
    offset: int = 0,
) -> PeerList:
    """A window of the peers of an institution, the nearest first.

    `type` and `country` (slugs) leave out the others. Raises NotFound, with the nearest names, and MovedError
    as `find`; ParameterError for weights that cannot be used.
    """
    catalogue, finder = served.catalogue, served.peers
    summary = find(catalogue, catalogue.actors, "actor", slug)
    among = None
    if type or country:
        activity = finder.activity
        among = np.ones(len(activity.actors), np.bool_)
        for wanted, kind, of_actor, names in (
            (type, "actor-type", activity.actor_type, activity.actor_types),
            (country, "place", activity.country, activity.countries),
        ):
            if wanted:
                iri = f"{ID}{kind}/{wanted.lower()}"
                among &= of_actor == names.index(iri) if iri in names else False
    found = finder.find(summary.id, weights=weights_of(lens, weights), among=among, k=k, offset=offset)
    note = None
    if found.why_none:
        why = "filtered" if found.why_none == "nobody" and among is not None else found.why_none
        note = NONE_BECAUSE[why][language].format(name=summary.label)
    return PeerList(
        total=found.total,
        results=_told(served, summary, found.peers, language),
        weights={lens: round(weight, 4) for lens, weight in found.weights.items()},
        note=note,
    )


def _told(
    served: Served, actor: ActorSummary, found: "tuple[FoundPeer, ...]", language: Language
) -> tuple[Peer, ...]:
    """Peers with their names, and their reasons in words with what they rest on."""
    from search_api.peers.sources import sources_of
    from search_api.peers.wording import Namer

    catalogue = served.catalogue
    wanted = {iri for peer in found for reason in peer.reasons for iri in reason.declared}
    declared = {
        one.id: one
        for one in told(catalogue, (d for d in served.peers.profiles.declared.declared if d.iri in wanted))
    }
    namer = Namer(
        label=cache(lambda iri: served.view.label(iri, language=language)),
        year=lambda iri: (e.start_date or "")[:4] if (e := catalogue.events_by_iri.get(iri)) else "",
    )
    sources = sources_of(
        catalogue,
        (
            (whose, deed)
            for peer in found
            for reason in peer.reasons
            for whose, deeds in ((actor.id, reason.ours), (peer.iri, reason.theirs))
            for deed in deeds
        ),
    )
    return tuple(
        Peer(
            **catalogue.actors_by_iri[peer.iri].__dict__,
            score=peer.score,
            lenses={str(lens): value for lens, value in peer.lenses.items()},
            reasons=tuple(
                _reason(catalogue, reason, (actor.id, peer.iri), sources, declared, namer, language)
                for reason in peer.reasons
            ),
            evidence=PeerEvidence(
                deeds=peer.evidence.deeds,
                documents=peer.evidence.documents,
                declared=peer.evidence.declared,
                small=peer.evidence.small,
            ),
        )
        for peer in found
    )


def _reason(
    catalogue: Catalogue,
    reason: "Reason",
    pair: tuple[str, str],
    sources: "Mapping[tuple[str, Deed], tuple[Source, ...]]",
    declared: Mapping[str, Declaration],
    namer: "Namer",
    language: Language,
) -> PeerReason:
    from search_api.peers.wording import say

    done = [(pair[0], deed) for deed in reason.ours] + [(pair[1], deed) for deed in reason.theirs]
    named = [iri if iri.startswith(ID) else f"{ID}role/{iri}" for iri in reason.about]
    near = [reason.near] if reason.near else []
    links = dict.fromkeys([*named, *near, *(deed.iri for _, deed in done)])
    places = dict.fromkeys(source for one in done for source in sources.get(one, ()))
    return PeerReason(
        kind=reason.kind,
        text=say(reason, namer, language=language),
        links=tuple(catalogue.ref(iri).model_copy(update={"label": namer.label(iri)}) for iri in links),
        lens=reason.lens,
        weight=round(reason.weight, 4),
        sources=tuple(places),
        declared=tuple(declared[iri] for iri in reason.declared),
    )
