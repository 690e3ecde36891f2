"""The pages of the network and of the chains between two institutions: their contexts."""

from dataclasses import dataclass
from typing import ClassVar

from search_api.network.picture import NetworkPicture
from search_api.resources.base import Ref
from search_api.resources.network import NetworkCommunity, NetworkEdge, NetworkNode, NetworkYear, PathList


@dataclass(frozen=True, slots=True)
class Row:
    """A collaboration in the table that says what the drawing shows."""

    one: Ref
    other: Ref
    edge: NetworkEdge


@dataclass(frozen=True, slots=True)
class NetworkPage:
    template: ClassVar[str] = "network.html"
    asked: dict[str, str]
    themes: tuple[Ref, ...]
    countries: tuple[Ref, ...]
    roles: tuple[Ref, ...]
    picture: NetworkPicture | None
    rows: tuple[Row, ...]
    brokers: tuple[NetworkNode, ...]
    bridges: tuple[NetworkNode, ...]
    communities: tuple[tuple[NetworkCommunity, str], ...]
    years: tuple[NetworkYear, ...]
    actors: int
    collaborations: int
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PathPage:
    template: ClassVar[str] = "path.html"
    found: PathList
