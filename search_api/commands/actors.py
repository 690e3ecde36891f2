"""Commands for who is who: the institutions that may be one, and a curator's word on them.

A decision goes into the log, which is never rewritten, once the graph that follows from it has passed the
gate, and is published at once; a later one undoes it.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from graph.errors import NotFound
from search_api.commands.shared import (
    decision_options,
    json_option,
    publish,
    settings_of,
    snapshot_of,
    user_name,
    view_of,
    workspace_option,
)

if TYPE_CHECKING:
    from graph.decisions import Decision
    from graph.settings import Settings
    from graph.store import GraphView


@click.group()
def actors() -> None:
    """List the institutions that may be one, and merge them or keep them apart."""


@actors.command()
@click.option(
    "--least", type=click.FloatRange(0, 1), default=0.5, show_default=True, help="Lowest score of a pair."
)
@workspace_option
@json_option
def candidates(least: float, workspace: Path | None, as_json: bool) -> None:
    """List the pairs of institutions that wait for a person, the likeliest first, each with its reason."""
    from search_api.catalogue.candidates import CandidateList, actor_candidates
    from search_api.catalogue.catalogue import Catalogue
    from search_api.catalogue.triples import Triples
    from search_api.commands.console import candidates as listed

    view = view_of(settings_of(workspace))
    found = actor_candidates(view, Catalogue(Triples(view.store)), least=least)
    if as_json:
        click.echo(CandidateList(total=len(found), results=found).model_dump_json(indent=2))
    else:
        click.echo(listed(found))


@actors.command()
@click.argument("actor")
@click.argument("into")
@decision_options
@workspace_option
@json_option
def merge(actor: str, into: str, by: str | None, reason: str, workspace: Path | None, as_json: bool) -> None:
    """Say that ACTOR is INTO: one institution with the names and sources of both.

    Each is a slug, a name or an acronym. The address of ACTOR leads to INTO from now on; an entry of the
    authority file keeps its own.
    """
    from graph.decisions import Merge

    settings = settings_of(workspace)
    view = view_of(settings)
    old, new = _two(view, actor, into)
    if _is_known(view, old):
        if _is_known(view, new):
            raise click.UsageError(
                f"{_shown(view, old)} and {_shown(view, new)} are two entries of the authority file; "
                "make them one there"
            )
        old, new = new, old
    decision = Merge(old=old, new=new, by=by or user_name(), reason=reason)
    said = f"{_shown(view, old)} is {_shown(view, new)}"
    _decide(decision, said, settings=settings, as_json=as_json)


@actors.command()
@click.argument("actor")
@click.argument("other")
@decision_options
@workspace_option
@json_option
def distinct(
    actor: str, other: str, by: str | None, reason: str, workspace: Path | None, as_json: bool
) -> None:
    """Say that ACTOR and OTHER are two: they are not offered as candidates again."""
    from graph.decisions import Distinct

    settings = settings_of(workspace)
    view = view_of(settings)
    one, two = _two(view, actor, other)
    decision = Distinct(one=one, other=two, by=by or user_name(), reason=reason)
    said = f"{_shown(view, one)} and {_shown(view, two)} are two"
    _decide(decision, said, settings=settings, as_json=as_json)


@actors.command()
@click.argument("actor")
@click.argument("name")
@decision_options
@workspace_option
@json_option
def split(actor: str, name: str, by: str | None, reason: str, workspace: Path | None, as_json: bool) -> None:
    """Take NAME out of ACTOR: an institution that was merged into it, by a person or by its likeness.

    NAME is the slug it had, or a name that a document gives it.
    """
    from graph.decisions import Split

    settings = settings_of(workspace)
    view = view_of(settings)
    whole = _actor(view, actor)
    old = _member(settings, view, whole, name)
    decision = Split(old=old, by=by or user_name(), reason=reason)
    _decide(decision, f"{_slug(old)} is not {_shown(view, whole)}", settings=settings, as_json=as_json)


def _decide(decision: "Decision", said: str, *, settings: "Settings", as_json: bool) -> None:
    """Publish a decision and say what it is."""
    from dataclasses import asdict

    fields = {name: value for name, value in asdict(decision).items() if name != "at"}
    told = {"decision": decision.kind, **fields}
    publish([decision], settings=settings, as_json=as_json, told=told, said=said)


def _two(view: "GraphView", one: str, other: str) -> tuple[str, str]:
    """The IRIs of two actors. Raises NotFound, UsageError where they are one."""
    first, second = _actor(view, one), _actor(view, other)
    if first == second:
        raise click.UsageError(
            f"{one!r} and {other!r} are one already, {_shown(view, first)}; "
            f"take them apart with: redpyme actors split {_slug(first)} NAME"
        )
    return first, second


def _actor(view: "GraphView", text: str) -> str:
    """The actor meant by an IRI, a slug (also one that was merged), a name or an acronym.

    Raises NotFound with the nearest names, or with those that bear the name: a decision is on just one.
    """
    from ontology.namespaces import ID
    from search_api.catalogue.actor_names import find_actor

    wanted = text.strip()
    for iri in (wanted, f"{ID}actor/{wanted}"):
        if _is_iri(iri) and (new := view.replaced_by(iri)):
            return new
    return find_actor(view, text, exactly=True)


def _member(settings: "Settings", view: "GraphView", whole: str, name: str) -> str:
    """The IRI that was merged into an actor and is meant by a slug or a name. Raises NotFound."""
    from graph.identities import members
    from graph.naming import fold

    found = members(snapshot_of(settings), view, whole)
    exact = [iri for iri in found if name in (iri, _slug(iri))]
    meant = exact or [iri for iri, names in found.items() if fold(name) in map(fold, names)]
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise NotFound(f"several called {name!r} were merged; say which: {', '.join(map(_slug, meant))}")
    merged = "; ".join(f"{names[0]} ({_slug(iri)})" if names else _slug(iri) for iri, names in found.items())
    there = f"; those that were: {merged}" if merged else ""
    raise NotFound(f"no {name!r} was merged into {_shown(view, whole)}{there}")


def _is_known(view: "GraphView", iri: str) -> bool:
    """Whether an actor is an entry of the authority file."""
    from pyoxigraph import NamedNode

    return view.ask("ASK { ?actor rp:authority true }", actor=NamedNode(iri))


def _is_iri(text: str) -> bool:
    from pyoxigraph import NamedNode

    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def _shown(view: "GraphView", iri: str) -> str:
    return f"{view.label(iri)} ({_slug(iri)})"


def _slug(iri: str) -> str:
    return iri.rpartition("/")[2]
