"""The command that searches: the same filters as `GET /search`, the same JSON."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from search_api.commands.shared import json_option, open_served, workspace_option

if TYPE_CHECKING:
    from search_api.wording.languages import Language

C = TypeVar("C", bound=Callable[..., Any])
#: Filters that take several values, by their parameter.
FILTERS = {
    "type": "passage, event, practice, actor, or a kind of them.",
    "event_type": "Type of the event it belongs to, such as taller.",
    "practice_kind": "Practices of a kind, such as lesson-learned.",
    "theme": "Theme with its narrower themes, by slug or id (th-tic).",
    "country": "Country, ISO 3166-1 alpha-2.",
    "place": "City, by slug or name.",
    "actor": "Institution, by slug, name or acronym.",
    "role": "Role of an institution, such as sponsor.",
    "document": "Document, by slug.",
    "language": "Language of the passage: es, pt, en.",
    "ignore": "What the question names and is not to push: country:VE, year:2005-2007.",
}


def filter_options(command: C) -> C:
    """The options of `FILTERS`, each to be repeated."""
    for name, text in reversed(FILTERS.items()):
        command = click.option(f"--{name.replace('_', '-')}", name, multiple=True, help=text)(command)
    return command


@click.command()
@click.argument("text", required=False, default="")
@click.option("--like", metavar="ID", help="Find what is like a passage, practice or event: IRI or slug.")
@click.option("--lang", type=click.Choice(["es", "pt", "en"]), default="es", help="Language of the labels.")
@filter_options
@click.option("--year-from", type=click.IntRange(1, 9999), help="First year.")
@click.option("--year-to", type=click.IntRange(1, 9999), help="Last year.")
@click.option("-k", type=click.IntRange(1, 100), default=10, show_default=True, help="How many results.")
@click.option("--offset", type=click.IntRange(0), default=0, help="How many results to pass over.")
@workspace_option
@json_option
def search(
    text: str,
    like: str | None,
    lang: str,
    year_from: int | None,
    year_to: int | None,
    k: int,
    offset: int,
    workspace: Path | None,
    as_json: bool,
    **given: tuple[str, ...],
) -> None:
    """Search in your own words, in Spanish, Portuguese or English, or for what is --like something."""
    if bool(text.strip()) == bool(like):
        raise click.UsageError("ask something, or name what results are to be like with --like")
    from graph.parameters import ParameterError
    from search_api.answers.search import Asked, answer
    from search_api.commands.console import hits
    from search_api.wording.languages import Reader, reading

    asked = Asked(
        text=text,
        like=like,
        values=given,
        year_from=year_from,
        year_to=year_to,
        k=k,
        offset=offset,
    )
    reader = Reader(language=cast("Language", lang))
    with open_served(workspace) as served, reading(reader):
        try:
            results = answer(asked, served.engine(patience=None), served.catalogue).results
        except ParameterError as error:
            raise click.UsageError(str(error)) from None
    if as_json:
        click.echo(results.model_dump_json(indent=2))
    else:
        click.echo(hits(results, first=offset + 1))
