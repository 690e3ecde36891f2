"""A window of a list on a page, with the way on and back, and the files that have it all."""

from collections.abc import Mapping
from dataclasses import dataclass

from search_api.resources.links import with_query

#: What a whole list can be had as, by what it is called on a page.
FILES = {"CSV": "csv", "JSON": "json", "Turtle": "turtle"}


@dataclass(frozen=True, slots=True)
class Pager:
    """Where a window of results stands; the addresses are None at either end. `files` have all results."""

    first: int
    last: int
    total: int
    previous: str | None
    next: str | None
    files: tuple[tuple[str, str], ...] = ()


def pager(
    *, path: str, parameters: Mapping[str, object], total: int, k: int, offset: int, files: bool = False
) -> Pager:
    """The window `offset` to `offset + k` of `total` results on the page `path`, and `files` of all."""
    last = min(offset + k, total)
    kept = {key: value for key, value in parameters.items() if key != "offset"}
    # From beyond the last results back to them.
    before, after = max(0, min(offset - k, (total - 1) // k * k)), offset + k
    return Pager(
        first=min(offset + 1, total),
        last=last,
        total=total,
        previous=with_query(path, {**kept, "offset": before or None}) if offset > 0 else None,
        next=with_query(path, {**kept, "offset": after}) if after < total else None,
        files=list_files(path, kept) if files else (),
    )


def list_files(path: str, parameters: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """The files that a whole list can be had as: name and address."""
    kept = {**parameters, "k": None}
    return tuple((name, with_query(path, {**kept, "format": format})) for name, format in FILES.items())
