"""The page of a resource that has none of its own: its statements."""

from dataclasses import dataclass
from typing import ClassVar

from search_api.pages.cells import Cell


@dataclass(frozen=True, slots=True)
class Statement:
    """A property of a resource in words, and its values."""

    name: str
    values: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class ResourcePage:
    template: ClassVar[str] = "resource.html"
    iri: str
    label: str
    statements: tuple[Statement, ...]
