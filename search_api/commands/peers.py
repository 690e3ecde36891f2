"""The command for peers: of an institution, or for a need told in words."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from search_api.commands.shared import json_option, open_served, workspace_option

if TYPE_CHECKING:
    from search_api.peers.lenses import Lens
    from search_api.wording.languages import Language

LENSES = ("alike", "connected", "complementary", "counterpart")


@click.command()
@click.argument("actor", required=False)
@click.option("--seek", help="Instead of ACTOR: the experience you look for, in your own words.")
@click.option("--lens", type=click.Choice(LENSES), help="One lens alone; all of them together without it.")
@click.option("--weights", help="Weights of lenses, as in alike:2,connected:1; the others have none.")
@click.option("--type", "type_", help="Type of the peers, such as ministry.")
@click.option("--country", help="Country of the peers, ISO 3166-1 alpha-2.")
@click.option("--lang", type=click.Choice(["es", "pt", "en"]), default="es", help="Language of the reasons.")
@click.option("-k", type=click.IntRange(1, 100), default=10, show_default=True, help="How many peers.")
@workspace_option
@json_option
def peers(
    actor: str | None,
    seek: str | None,
    lens: "Lens | None",
    weights: str | None,
    type_: str | None,
    country: str | None,
    lang: "Language",
    k: int,
    workspace: Path | None,
    as_json: bool,
) -> None:
    """Find institutions to learn from or work with.

    ACTOR is a name, an acronym or a slug: its peers are told. With --seek, those are told that have done what
    you look for: redpyme peers --seek "alguien que haya montado un fondo de garantías".
    """
    if (actor is None) == (seek is None):
        raise click.UsageError("name an institution, or say with --seek what you look for")
    if seek is not None:
        if lens or weights:
            raise click.UsageError("--lens and --weights compare institutions; they do not go with --seek")
        sought(seek, type_, country, lang, k, workspace, as_json)
        return
    assert actor is not None
    from graph.parameters import ParameterError
    from search_api.answers.peers import peers_of
    from search_api.answers.search_results import actor_named
    from search_api.commands.console import peers as listed

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


def sought(
    text: str,
    type_: str | None,
    country: str | None,
    lang: "Language",
    k: int,
    workspace: Path | None,
    as_json: bool,
) -> None:
    """Print the institutions that have done what a text seeks."""
    if not text.strip():
        raise click.UsageError("--seek is empty; say what you look for")
    from search_api.answers.seek import sought_by
    from search_api.commands.console import sought as listed

    with open_served(workspace) as served:
        served.engine(patience=None)
        found = sought_by(served, text, type=type_, country=country, language=lang, k=k)
    click.echo(found.model_dump_json(indent=2) if as_json else listed(found))
