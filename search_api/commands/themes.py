"""Commands for the themes that documents propose: list them, accept, reject or map them.

A decision goes into the log once the graph that follows from it has passed the gate, and is applied at once:
the documents that propose the theme are read again.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graph.errors import NotFound
from search_api.commands.shared import (
    decision_options,
    json_option,
    print_json,
    publish,
    settings_of,
    user_name,
    view_of,
    workspace_option,
)

if TYPE_CHECKING:
    from graph.decisions import Decision
    from graph.proposed_themes import Proposal
    from graph.settings import Settings


@click.group()
def themes() -> None:
    """List the themes that documents propose, and accept, reject or map them."""


@themes.command("list")
@click.option("--proposed", is_flag=True, help="Only those that nobody has decided on.")
@workspace_option
@json_option
def list_themes(proposed: bool, workspace: Path | None, as_json: bool) -> None:
    """List the proposed themes, those of most documents first, each with where it was read."""
    from search_api.wording.tables import table

    found = [p for p in _proposals(settings_of(workspace)) if not proposed or p.status == "proposed"]
    if as_json:
        print_json([proposal.to_json() for proposal in found])
    elif not found:
        click.echo("No document proposes a theme that none of the known ones covers.")
    else:
        rows = [
            [
                proposal.slug,
                " / ".join(proposal.labels.values()),
                str(len(proposal.documents)),
                f"{proposal.confidence:.2f}",
                proposal.status,
            ]
            for proposal in found
        ]
        click.echo(table(["theme", "label", "documents", "confidence", "status"], rows))


@themes.command()
@click.argument("slugs", metavar="THEME...", nargs=-1, required=True)
@decision_options
@workspace_option
@json_option
def accept(
    slugs: tuple[str, ...], by: str | None, reason: str, workspace: Path | None, as_json: bool
) -> None:
    """Make themes of proposals: the events that propose one have it from now on."""
    from graph.decisions import AcceptTheme, MapTheme

    def decide(proposal: "Proposal", who: str) -> "list[Decision]":
        own = _iri(proposal.slug)
        also = [MapTheme(theme=_iri(slug), to=own, by=who, reason=reason) for slug in proposal.alike]
        return [AcceptTheme(theme=own, by=who, reason=reason), *also]

    _decide(slugs, decide, by=by, workspace=workspace, as_json=as_json)


@themes.command()
@click.argument("slugs", metavar="THEME...", nargs=-1, required=True)
@decision_options
@workspace_option
@json_option
def reject(
    slugs: tuple[str, ...], by: str | None, reason: str, workspace: Path | None, as_json: bool
) -> None:
    """Drop proposals: they are not made again."""
    from graph.decisions import RejectTheme

    def decide(proposal: "Proposal", who: str) -> "list[Decision]":
        members = (proposal.slug, *proposal.alike)
        return [RejectTheme(theme=_iri(slug), by=who, reason=reason) for slug in members]

    _decide(slugs, decide, by=by, workspace=workspace, as_json=as_json)


@themes.command("map")
@click.argument("slug", metavar="THEME")
@click.argument("to", metavar="KNOWN_THEME")
@decision_options
@workspace_option
@json_option
def map_theme(slug: str, to: str, by: str | None, reason: str, workspace: Path | None, as_json: bool) -> None:
    """Say that a proposal is another word for a known theme: KNOWN_THEME is a slug or an id (th-tic)."""
    from graph.decisions import MapTheme
    from ontology.vocabulary import themes as known

    wanted = next((theme for theme in known() if to in (theme.slug, theme.notation)), None)
    settings = settings_of(workspace)
    target = wanted.iri if wanted else _iri(_named(to, _proposals(settings)).slug)

    def decide(proposal: "Proposal", who: str) -> "list[Decision]":
        members = (proposal.slug, *proposal.alike)
        return [
            MapTheme(theme=_iri(member), to=target, by=who, reason=reason)
            for member in members
            if _iri(member) != target
        ]

    _decide((slug,), decide, by=by, workspace=workspace, as_json=as_json)


def _decide(
    slugs: Sequence[str],
    decide: "Callable[[Proposal, str], list[Decision]]",
    *,
    by: str | None,
    workspace: Path | None,
    as_json: bool,
) -> None:
    """Publish the decisions on the named proposals."""
    settings = settings_of(workspace)
    found = _proposals(settings)
    chosen = [_named(slug, found) for slug in slugs]
    decisions = [decision for proposal in chosen for decision in decide(proposal, by or user_name())]
    publish(decisions, settings=settings, as_json=as_json, told={"themes": [p.slug for p in chosen]})


def _proposals(settings: "Settings") -> "list[Proposal]":
    """The proposals of the current snapshot, one for those that are alike. Raises SnapshotError."""
    from graph.proposed_themes import folded, proposals

    return folded(proposals(view_of(settings)))


def _named(slug: str, found: "Sequence[Proposal]") -> "Proposal":
    """The proposal of a slug or an id (xt-…), also of one that was folded into it. Raises NotFound."""
    wanted = slug.removeprefix("xt-")
    for proposal in found:
        if wanted in (proposal.slug, *proposal.alike):
            return proposal
    raise NotFound(f"no document proposes a theme {slug!r}; see those there are with: redpyme themes list")


def _iri(slug: str) -> str:
    from ontology.namespaces import iri

    return iri("theme", slug)
