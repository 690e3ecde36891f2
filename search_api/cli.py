"""The command line. A command parses, calls one function and prints.

Results go to standard output, progress and complaints to standard error. Exit codes: 0 done, 1 the run
failed, 2 wrong usage, 3 done but some documents were skipped. Only click is imported at the start; a command
imports what it needs, so that `redpyme --help` is there at once.
"""

import os
import sys

import click

from graph.errors import ConfigurationError, RedpymeError
from search_api.commands.actors import actors
from search_api.commands.claims import claims
from search_api.commands.declarations import needs, offers
from search_api.commands.evaluation import evaluate
from search_api.commands.export import export
from search_api.commands.extract import extract
from search_api.commands.ingest import ingest
from search_api.commands.model import model
from search_api.commands.network import network, path
from search_api.commands.peers import peers
from search_api.commands.search import search
from search_api.commands.serve import serve
from search_api.commands.shared import FAILED, USAGE
from search_api.commands.snapshots import snapshots
from search_api.commands.sparql import sparql
from search_api.commands.themes import themes
from search_api.commands.validate import validate

INTERRUPTED = 130


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        # Not `redpyme.main()`, which answers a broken pipe with exit code 1.
        with redpyme.make_context("redpyme", sys.argv[1:]) as context:
            code = redpyme.invoke(context)
    except click.exceptions.Exit as done:
        code = done.exit_code
    except (click.exceptions.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except BrokenPipeError:
        # Whoever read our output has enough. Python would complain when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except RedpymeError as error:
        click.echo(f"redpyme: {error}", err=True)
        code = USAGE if isinstance(error, ConfigurationError) else FAILED
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"redpyme: {where}{error.strerror or error}; check the path and its permissions", err=True)
        code = FAILED
    sys.exit(code if isinstance(code, int) else 0)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="redpyme")
def redpyme() -> None:
    """The network of SME institutions as a knowledge graph with semantic search."""


for command in (
    *(ingest, extract, serve, validate, export, snapshots, model, evaluate),
    *(search, peers, network, path, sparql),
    *(actors, themes, claims, offers, needs),
):
    redpyme.add_command(command)


if __name__ == "__main__":
    main()
