"""The command that answers SPARQL: a query as text, in a file, by its name, or on standard input."""

import difflib
import re
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graph.errors import ConfigurationError
from search_api.commands.shared import json_option, print_json, settings_of, snapshot_of, workspace_option

if TYPE_CHECKING:
    from graph.settings import Settings
    from graph.snapshots import Snapshot
    from ontology.stored_queries import StoredQuery

QUERY_FORMATS = ("table", "json", "csv", "tsv", "xml", "turtle", "json-ld", "n-triples", "rdf-xml")


@click.command()
@click.argument("query", metavar="QUERY|FILE|NAME|-", required=False)
@click.option(
    "--param",
    "params",
    metavar="NAME=VALUE",
    multiple=True,
    help="Value of a parameter of a stored query; may be given several times.",
)
@click.option("--format", "format_", type=click.Choice(QUERY_FORMATS), default="table", help="Of the result.")
@click.option("--explain", is_flag=True, help="Tell rows and time of the answer on standard error.")
@click.option("--list", "listing", is_flag=True, help="List the stored queries with their parameters.")
@workspace_option
@json_option
def sparql(
    query: str | None,
    params: tuple[str, ...],
    format_: str,
    explain: bool,
    listing: bool,
    workspace: Path | None,
    as_json: bool,
) -> None:
    """Answer a SPARQL 1.1 query: given as text, in a file, by name, or on standard input (-).

    A stored query has a name and parameters: redpyme sparql peers-by-theme --param theme=tic. A file in
    Turtle is a stored query of your own.
    """
    from search_api.commands.console import answer_of, explanation, stored

    if listing:
        from ontology.stored_queries import stored_queries
        from search_api.sparql.query_descriptions import QueryList, summary

        queries = stored_queries().values()
        if as_json:
            print_json(QueryList(total=len(queries), results=[summary(q) for q in queries]).model_dump())
        else:
            click.echo(stored(queries))
        return
    if query is None:
        raise click.UsageError("give a query, a file, the name of a stored query, or - (--list lists them)")
    from graph.federation import Federation
    from graph.parameters import ParameterError
    from graph.query import QueryPool
    from graph.stored_answers import answer_stored
    from ontology.namespaces import PREFIXES

    settings = settings_of(workspace)
    wanted = "json" if as_json else format_
    format = None if wanted == "table" else wanted
    asked = stored_query(query)
    values = param_values(params)
    if params and asked is None:
        raise click.UsageError(
            "--param goes with a stored query, which says what it takes; --list lists them"
        )
    snapshot = snapshot_of(settings)
    with QueryPool(
        snapshot,
        workers=1,
        timeout=settings.query_timeout,
        memory_mb=settings.query_memory_mb,
        prefixes=PREFIXES,
        similarity=cache(lambda: _comparison(snapshot, settings)),
        federation=Federation(settings.service_endpoints) if settings.service_endpoints else None,
    ) as pool:
        try:
            if asked:
                answer = answer_stored(pool, asked, values, format=format)
            else:
                answer = pool.run(query_text(query), format=format)
        except ParameterError as error:
            raise click.UsageError(str(error)) from error
    if wanted == "table":
        click.echo(answer_of(answer))
    else:
        click.echo(answer.content, nl=not answer.content.endswith(b"\n"))
    if explain:
        click.echo(explanation(answer), err=True)


def _comparison(snapshot: "Snapshot", settings: "Settings") -> Callable[[str], bytes]:
    """What `rp:similarity` asks; only a query that has it waits for the model."""
    from search_api.search.similarity import open_comparison

    return open_comparison(snapshot, settings)


def query_text(query: str) -> str:
    """The query itself: standard input for `-`, the content of a file of that name, else as given."""
    try:
        if query == "-":
            return sys.stdin.buffer.read().decode("utf-8")
        if _is_file(query):
            return Path(query).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{query}: not text in UTF-8 ({error}); save the query as UTF-8") from error
    return query


def stored_query(query: str) -> "StoredQuery | None":
    """The stored query that is meant: a file in Turtle, or a name; None for a query given otherwise."""
    from ontology.stored_queries import StoredQueryError, read_query, stored_queries

    if query == "-":
        return None
    try:
        if _is_file(query):
            return read_query(Path(query)) if query.endswith(".ttl") else None
        if found := stored_queries().get(query):
            return found
    except StoredQueryError as error:
        raise ConfigurationError(str(error)) from error
    if re.fullmatch(r"[a-z0-9.-]+", query):  # no SPARQL is a single word, and no name has capitals
        close = difflib.get_close_matches(query, stored_queries(), n=3, cutoff=0.5)
        meant = f"; did you mean {' or '.join(close)}?" if close else "; --list lists them"
        raise click.UsageError(f"there is no file and no stored query {query!r}{meant}")
    return None


def param_values(params: tuple[str, ...]) -> dict[str, str]:
    """The values of --param by name."""
    values: dict[str, str] = {}
    for param in params:
        name, equals, value = param.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"{param!r}: write it as NAME=VALUE", param_hint="--param")
        if name in values:
            raise click.BadParameter(f"{name!r} is given twice", param_hint="--param")
        values[name] = value
    return values


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):  # too long for a name, or with a NUL: a query
        return False
