"""Commands for the embedding model."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from search_api.commands.shared import (
    json_option,
    print_json,
    progress_bars,
    settings_of,
    workspace_option,
)

if TYPE_CHECKING:
    pass


@click.group()
def model() -> None:
    """The embedding model."""


@model.command()
@click.option("--force", is_flag=True, help="Prepare it again, even where it is whole.")
@workspace_option
@json_option
def prepare(force: bool, workspace: Path | None, as_json: bool) -> None:
    """Turn the embedded weights into a model folder in the user's cache, once."""
    from graph.cache import user_cache
    from search_api.embedding.embedded_model import prepare_model
    from search_api.embedding.encoder import EmbeddingCache, load_encoder
    from search_api.search.index import embed_vocabulary

    settings = settings_of(workspace)
    with progress_bars() as progress:
        prepared = prepare_model(
            cache=settings.cache, progress=lambda done, total: progress("model", done, total), force=force
        )
        with EmbeddingCache(user_cache(settings.cache)) as cache:
            embed_vocabulary(
                load_encoder("embedded", cache=settings.cache),
                cache,
                progress=lambda done, total: progress("embed", done, total),
            )
    if as_json:
        print_json({"folder": str(prepared.folder), "model": prepared.model_id, "cosine": prepared.cosine})
    else:
        click.echo(
            f"{prepared.model_id} is ready in {prepared.folder} (cosine to its engine {prepared.cosine:.5f})"
        )
