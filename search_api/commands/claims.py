"""Commands for what was read: list the claims, accept, reject or correct them.

A decision goes into the log once the graph that follows from it has passed the gate, and is published at
once: only the document that makes the claim is read again. A later decision undoes it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

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
    from graph.decisions import AcceptClaim, ClaimVerdict, RejectClaim
    from graph.settings import Settings

STATUSES = ("proposed", "accepted", "rejected", "corrected")


@click.group()
def claims() -> None:
    """List what was read with its evidence, and accept, reject or correct it."""


@claims.command("list")
@click.option(
    "--about", metavar="KIND/SLUG", help="Only on this resource (actor/caf), or with it as the value."
)
@click.option("--document", metavar="SLUG", help="Only from this document.")
@click.option("--property", "predicate", metavar="NAME", help="Only of this property (sponsors, startDate).")
@click.option("--status", type=click.Choice(STATUSES), help="Only those with this review status.")
@click.option("--below", type=float, default=1.1, help="Only those less sure than this.")
@click.option("-k", type=click.IntRange(1), default=20, show_default=True, help="Most claims shown.")
@workspace_option
@json_option
def list_claims(
    about: str | None,
    document: str | None,
    predicate: str | None,
    status: str | None,
    below: float,
    k: int,
    workspace: Path | None,
    as_json: bool,
) -> None:
    """List claims, the least sure first, each with its words in the document."""
    from graph.review import claims as claims_of
    from ontology.namespaces import ID
    from search_api.commands.console import claims as listed

    iri = None if about is None else about if ":" in about else ID + about
    view = view_of(settings_of(workspace))
    found = claims_of(view, about=iri, document=document, predicate=predicate, status=status, below=below)
    if as_json:
        print_json({"total": len(found), "results": [claim.to_json() for claim in found[:k]]})
    else:
        click.echo(listed(found[:k], total=len(found)))


@claims.command()
@click.argument("names", metavar="CLAIM...", nargs=-1, required=True)
@decision_options
@workspace_option
@json_option
def accept(
    names: tuple[str, ...], by: str | None, reason: str, workspace: Path | None, as_json: bool
) -> None:
    """Confirm claims: they are right."""
    from graph.decisions import AcceptClaim

    _decide_on(names, AcceptClaim, by=by, reason=reason, workspace=workspace, as_json=as_json)


@claims.command()
@click.argument("names", metavar="CLAIM...", nargs=-1, required=True)
@decision_options
@workspace_option
@json_option
def reject(
    names: tuple[str, ...], by: str | None, reason: str, workspace: Path | None, as_json: bool
) -> None:
    """Say that claims do not hold: what they say is not in the graph any more.

    Of what is rejected to be an event, an institution or a practice (property: type), nothing is said.
    """
    from graph.decisions import RejectClaim

    _decide_on(names, RejectClaim, by=by, reason=reason, workspace=workspace, as_json=as_json)


@claims.command()
@click.argument("name", metavar="CLAIM")
@click.argument("value")
@decision_options
@workspace_option
@json_option
def correct(
    name: str, value: str, by: str | None, reason: str, workspace: Path | None, as_json: bool
) -> None:
    """Say what a claim should say: VALUE instead of its value.

    VALUE is a text, a date (2007-05-24, 2007-05, 2007), or the slug or IRI of a resource, whichever the claim
    has.
    """
    from graph.decisions import CorrectClaim
    from graph.review import claim_named, corrected

    settings = settings_of(workspace)
    view = view_of(settings)
    claim = claim_named(view, name)
    right = str(corrected(view, claim, value))
    _decide(
        [CorrectClaim(claim=claim.iri, value=right, by=by or user_name(), reason=reason)],
        settings=settings,
        as_json=as_json,
    )


def _decide_on(
    names: Sequence[str],
    verdict: "type[AcceptClaim] | type[RejectClaim]",
    *,
    by: str | None,
    reason: str,
    workspace: Path | None,
    as_json: bool,
) -> None:
    """Decide the same on each of the claims that are named."""
    from graph.review import claim_named

    settings = settings_of(workspace)
    view = view_of(settings)
    decisions = [
        verdict(claim=claim_named(view, name).iri, by=by or user_name(), reason=reason) for name in names
    ]
    _decide(decisions, settings=settings, as_json=as_json)


def _decide(decisions: "Sequence[ClaimVerdict]", *, settings: "Settings", as_json: bool) -> None:
    """Publish what follows from the decisions, and say so."""
    told = [{"decision": decision.kind, "claim": decision.claim} for decision in decisions]
    publish(decisions, settings=settings, as_json=as_json, told={"decisions": told})
