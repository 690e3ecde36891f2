"""`redpyme eval`: how good the search and the extraction are, measured against answers that people gave."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from search_api.commands.shared import (
    SKIPPED,
    json_option,
    open_served,
    print_json,
    progress_bars,
    settings_of,
    workspace_option,
)

if TYPE_CHECKING:
    from graph.settings import Settings
    from search_api.publishing.meaning import Meaning


@click.group("eval")
def evaluate() -> None:
    """Measure search or extraction against answers that people gave."""


@evaluate.command("search")
@click.argument("queries", metavar="QUERIES...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--document", help="Slug of a document to search alone, which the spans of QUERIES count in.")
@click.option(
    "--worst",
    type=click.IntRange(0),
    default=5,
    show_default=True,
    help="How many queries to show, the worst.",
)
@workspace_option
@json_option
def evaluate_search(
    queries: tuple[Path, ...], document: str | None, worst: int, workspace: Path | None, as_json: bool
) -> None:
    """Score the search on QUERIES, JSON files of graded queries: nDCG@10, recall@10, reciprocal rank.

    The whole collection is searched, and what is found counts in the document that a file names. Of queries
    that have no answer (no passage is relevant to them) it is told how many the search says so of.
    """
    from search_api.search.evaluation import evaluate as score
    from search_api.search.evaluation import report, tables

    with open_served(workspace) as served:
        engine = served.engine(patience=None)
        found = score(engine, *queries, document=document, known=engine.facet_values("document"))
    if as_json:
        print_json(report(found, worst=worst))
    else:
        click.echo(tables(found, worst=worst))


@evaluate.command("extraction")
@click.argument("gold", metavar="GOLD...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--documents",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of the documents (default: near their gold).",
)
@click.option(
    "--themes",
    "by",
    type=click.Choice(["words", "meaning"]),
    default="words",
    show_default=True,
    help="How themes and practices are told: by words, or also by meaning, as ingest does (loads the model).",
)
@click.option("--rules", is_flag=True, help="Also show how often each rule fired and was right.")
@click.option("--by-id", is_flag=True, help="With --rules: each rule by its id, cues apart, not by family.")
@click.option(
    "--worst", type=click.IntRange(0), default=20, show_default=True, help="How many errors to show."
)
@workspace_option
@json_option
def evaluate_extraction(
    gold: tuple[Path, ...],
    documents: Path | None,
    by: str,
    rules: bool,
    by_id: bool,
    worst: int,
    workspace: Path | None,
    as_json: bool,
) -> int:
    """Score what is read from documents against GOLD: files, or folders of them.

    Gold is the annotation of a report, its short form, or what `redpyme extract --json` prints, put right by
    a person. Its document is found by its name: beside the gold, in the folder above, or in a folder
    `corpus` next to that. --json prints everything, with all errors and rules.
    """
    from search_api.scoring import tables
    from search_api.scoring.errors import worst as worst_of
    from search_api.scoring.evaluation import evaluate_extraction as score
    from search_api.scoring.rule_scores import rule_scores

    settings = settings_of(workspace)
    with progress_bars() as progress, ExitStack() as stack:
        settle = stack.enter_context(_meaning(settings)).settle if by == "meaning" else None
        evaluation = score(gold, settings=settings, progress=progress, documents=documents, settle=settle)
    for reason in evaluation.skipped:
        click.echo(f"redpyme: skipped {reason}", err=True)
    if as_json:
        print_json(evaluation.as_json())
    else:
        errors = evaluation.errors
        parts = [tables.summary(evaluation), tables.overall(evaluation)]
        parts += [tables.errors(worst_of(errors, worst), among=len(errors))] if worst else []
        parts += [tables.rules(rule_scores(evaluation.outcomes, by_id=by_id))] if rules else []
        click.echo("\n\n".join(parts))
    return SKIPPED if evaluation.skipped else 0


@contextmanager
def _meaning(settings: "Settings") -> "Iterator[Meaning]":
    """What tells themes by their meaning, with the embeddings that are kept."""
    from graph.cache import user_cache
    from search_api.embedding.encoder import EmbeddingCache, load_encoder
    from search_api.publishing.meaning import Meaning

    with EmbeddingCache(user_cache(settings.cache)) as cache:
        yield Meaning(lambda: load_encoder(settings.model, cache=settings.cache), cache)
