"""Where what can be made again is kept: the prepared model, embeddings, the extract of the gazetteer."""

import os
from pathlib import Path


def user_cache(cache: Path | None = None) -> Path:
    """`cache` if given, else `redpyme` in the user's cache folder (XDG base directory specification)."""
    if cache is not None:
        return cache.expanduser()
    base = os.environ.get("XDG_CACHE_HOME", "")
    # The specification has relative paths ignored.
    return (Path(base) if os.path.isabs(base) else Path.home() / ".cache") / "redpyme"
