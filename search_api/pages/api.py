"""The guide to the interface."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation of the interface."""

    name: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the interface, from the OpenAPI document."""

    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True)
class ApiPage:
    template: ClassVar[str] = "api.html"
    operations: tuple[Operation, ...]
    problems: tuple[tuple[str, int, str], ...]
    formats: tuple[tuple[str, str], ...]
