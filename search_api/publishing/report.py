"""What a run of ingest did, and how it tells of its progress."""

from collections.abc import Callable
from dataclasses import dataclass, field

Progress = Callable[[str, int, int], None]
"""Called with the stage (read, graph, check, model, embed, publish), what is done and the total."""


@dataclass(slots=True)
class IngestReport:
    """What a run did. `snapshot` is the one served now; `published` whether this run made it.

    `skipped` tells which documents did not go in, `notes` what of the others could not be read (a row of a
    directory, a page without text); `unchanged` also holds a copy of a document under another name.
    """

    snapshot: int | None = None
    published: bool = False
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    warnings: int = 0
    seconds: float = 0.0
