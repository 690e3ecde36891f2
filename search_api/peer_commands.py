"""The command for peers: of an institution, or for a need told in words."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from search_api.command_line import json_option, open_served, workspace_option

if TYPE_CHECKING:
    from search_api.languages import Language
    from search_api.peers.lenses import Lens

LENSES = ("alike", "connected", "complementary", "counterpart")


@click.command()
@click.argument("actor")
@click.option("--lens", type=click.Choice(LENSES), help="One lens alone; all of them together without it.")
@click.option("--weights", help="Weights of lenses, as in alike:2,connected:1; the others have none.")
@click.option("--type", "type_", help="Type of the peers, such as ministry.")
@click.option("--country", help="Country of the peers, ISO 3166-1 alpha-2.")
@click.option("--lang", type=click.Choice(["es", "pt", "en"]), default="es", help="Language of the reasons.")
@click.option("-k", type=click.IntRange(1, 100), default=10, show_default=True, help="How many peers.")
@workspace_option
@json_option
def peers(
    actor: str,
    lens: "Lens | None",
    weights: str | None,
    type_: str | None,
    country: str | None,
    lang: "Language",
    k: int,
    workspace: Path | None,
    as_json: bool,
) -> None:
    """Find institutions to learn from or work with: ACTOR is a name, an acronym or a slug."""
    from graph.parameters import ParameterError
    from search_api.answers import actor_named
    from search_api.console import peers as listed
    from search_api.peer_answers import peers_of

    with open_served(workspace) as served:
        named = actor_named(served, actor)
        try:
            found = peers_of(
                served,
                named.slug,
                lens=lens,
                weights=weights,
                type=type_,
                country=country,
                language=lang,
                k=k,
            )
        except ParameterError as error:
            raise click.UsageError(f"--{error.parameter}: {error.reason}") from None
    if as_json:
        click.echo(found.model_dump_json(indent=2))
    else:
        click.echo(listed(found, name=named.label))
