"""The command that serves over HTTP."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from search_api.commands.shared import (
    json_option,
    settings_of,
    workspace_option,
)

if TYPE_CHECKING:
    pass


@click.command()
@click.option("--host", help="Address to listen on (default: REDPYME_HOST, else 127.0.0.1).")
@click.option("--port", type=click.IntRange(0, 65535), help="Port (default: REDPYME_PORT, else 8000).")
@workspace_option
@json_option
def serve(host: str | None, port: int | None, workspace: Path | None, as_json: bool) -> None:
    """Serve the search, the pages and SPARQL over HTTP. --json logs JSON lines."""
    import uvicorn

    from search_api.app import create_app
    from search_api.http.logs import log_config

    settings = settings_of(workspace, host=host, port=port)
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_config=log_config(as_json=as_json),
        timeout_graceful_shutdown=10,
        server_header=False,
    )
