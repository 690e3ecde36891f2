"""What the server says of itself, as models."""

from pydantic import Field

from search_api.resources.base import Resource


class Health(Resource):
    """What the server serves. `ready` says whether it can search; lists and SPARQL answer before that."""

    status: str = Field(description="ok, loading, failed or no-snapshot.")
    ready: bool
    snapshot: int | None = None
    created: str | None = Field(default=None, description="When the snapshot was published (ISO 8601, UTC).")
    documents: int = 0
    model: str | None = Field(default=None, description="Embedding model of the index.")
    software: str | None = None
    problem: str | None = Field(default=None, description="Why it is not ready, where that is known.")


class Entrance(Resource):
    """What this server has, and where."""

    snapshot: int
    counts: dict[str, int]
    links: dict[str, str]
