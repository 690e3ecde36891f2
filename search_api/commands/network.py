"""Commands for the network: who collaborated with whom, and how two institutions are connected."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from search_api.commands.shared import json_option, open_served, workspace_option

if TYPE_CHECKING:
    from search_api.resources.network import Network, PathList

FILES = ("graphml", "gexf", "csv", "csv-nodes")


@click.command()
@click.option("--theme", help="Only events on this theme, by slug or id (th-tic).")
@click.option("--country", "countries", multiple=True, help="Only institutions of this country, ISO alpha-2.")
@click.option("--year-from", type=click.IntRange(1, 9999), help="First year.")
@click.option("--year-to", type=click.IntRange(1, 9999), help="Last year.")
@click.option("--role", help="Only where both had this role, such as sponsor.")
@click.option("--actor", help="Only around this institution: a slug, a name or an acronym.")
@click.option("--community", help="Only of this community, by slug.")
@click.option("--min-weight", type=click.FloatRange(0), default=0.0, help="Least weight of a collaboration.")
@click.option("--limit", type=click.IntRange(1), help="Most collaborations (20, or all in a file).")
@click.option("--format", "format_", type=click.Choice(FILES), help="Write a file for Gephi or networkx.")
@workspace_option
@json_option
def network(
    theme: str | None,
    countries: tuple[str, ...],
    year_from: int | None,
    year_to: int | None,
    role: str | None,
    actor: str | None,
    community: str | None,
    min_weight: float,
    limit: int | None,
    format_: str | None,
    workspace: Path | None,
    as_json: bool,
) -> None:
    """Show who collaborated with whom, the strongest first, or write it as a file to standard output."""
    from search_api.answers.search_results import actor_meant
    from search_api.network.answers import network_answer, network_edges, network_nodes
    from search_api.network.selection import NetworkFilters
    from search_api.representations.network_files import NETWORK_FILES, network_file

    with open_served(workspace) as served:
        wanted = NetworkFilters(
            theme=theme,
            countries=frozenset(code.lower() for code in countries),
            year_from=year_from,
            year_to=year_to,
            role=role,
            actor=actor_meant(served, actor).id if actor else None,
            community=community,
            min_weight=min_weight,
        )
        found = served.collaborations
        selection = found.select(wanted)
        if format_ is not None:
            shown = selection.order[:limit]
            pieces = network_file(
                next(offer for offer in NETWORK_FILES if offer.name == format_),
                network_nodes(found, selection, served.catalogue, shown=shown),
                network_edges(selection, served.catalogue, shown=shown),
                date=served.snapshot.manifest.created[:10],
            )
            for piece in pieces:
                sys.stdout.buffer.write(piece.encode("utf-8"))
            sys.stdout.flush()
            return
        answer = network_answer(found, selection, served.catalogue, limit=limit or 20)
    click.echo(answer.model_dump_json(indent=2) if as_json else _shown(answer))


@click.command()
@click.argument("actor")
@click.argument("other")
@click.option("--limit", type=click.IntRange(1, 10), default=1, show_default=True, help="How many chains.")
@workspace_option
@json_option
def path(actor: str, other: str, limit: int, workspace: Path | None, as_json: bool) -> None:
    """Show how ACTOR and OTHER are connected: institutions, events, roles, and where it is written."""
    from search_api.answers.search_results import actor_meant
    from search_api.network.answers import path_answer

    with open_served(workspace) as served:
        found = path_answer(
            served.collaborations,
            served.catalogue,
            actor_meant(served, actor),
            actor_meant(served, other),
            limit=limit,
        )
    click.echo(found.model_dump_json(indent=2) if as_json else _chains(found))


def _shown(answer: "Network") -> str:
    from search_api.wording.tables import table

    labels = {node.slug: node.label for node in answer.nodes}
    rows = [
        [
            labels[edge.source],
            labels[edge.target],
            f"{edge.weight:.2f}",
            str(edge.events),
            _years(edge.first_year, edge.last_year),
        ]
        for edge in answer.edges
    ]
    told = answer.statistics
    head = f"{told.actors} institutions, {told.collaborations} collaborations"
    shown = f", the strongest {len(rows)} of them here" if len(rows) < told.collaborations else ""
    return "\n".join((f"{head}{shown}", table(["institution", "with", "weight", "events", "years"], rows)))


def _chains(found: "PathList") -> str:
    if not found.results:
        return found.reason or ""
    lines = []
    for number, chain in enumerate(found.results, 1):
        names = " → ".join(actor.label for actor in chain.actors)
        lines.append(f"{number}. {names} (length {chain.length:.2f})")
        for step in chain.steps:
            ends = f"{step.from_actor.label} → {step.to_actor.label}"
            lines.append(f"   {ends}: {step.events} event{'s' if step.events != 1 else ''}")
            for event in step.event_list:
                roles = " / ".join(
                    ", ".join(role.label for role in own) for own in (event.from_roles, event.to_roles)
                )
                when = f" ({event.date})" if event.date else ""
                lines.append(f"     {event.label}{when}: {roles}")
                sources = dict.fromkeys(
                    f"{claim.source.document.slug} {claim.source.start}–{claim.source.end}"
                    for claim in event.evidence
                    if claim.source
                )
                lines += [f"       {source}" for source in sources]
    return "\n".join(lines)


def _years(first: int | None, last: int | None) -> str:
    return "" if first is None else str(first) if first == last else f"{first}–{last}"
