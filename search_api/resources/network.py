"""What the interface says of the network: nodes, edges, communities, years, and the chains that connect."""

from pydantic import Field

from search_api.resources.base import Evidence, Ref, Resource


class NetworkNode(Ref):
    """An institution of the network. `strength` and `degree` count in the part that was asked for, what else
    is said of it in the whole."""

    type: Ref | None = None
    country: Ref | None = None
    community: int | None = Field(default=None, description="Number of its community.")
    strength: float = Field(description="Sum of the weights of its collaborations.")
    degree: int = Field(description="Number of institutions that it collaborated with.")
    brokerage: float | None = Field(
        default=None, description="Share of the pairs of others that are best connected through it."
    )
    country_participation: float | None = Field(
        default=None, description="How evenly its collaborations spread over countries, 0 to 1."
    )


class NetworkEdge(Resource):
    """A collaboration: `source` and `target` are slugs of nodes, the roles those that each had."""

    source: str
    target: str
    weight: float = Field(description="Newman's: each event of n institutions adds 1 / (n - 1).")
    events: int
    first_year: int | None = None
    last_year: int | None = None
    source_roles: tuple[str, ...] = ()
    target_roles: tuple[str, ...] = ()
    event_list: tuple[Ref, ...] = Field(default=(), description="Some of its events, the latest first.")


class NetworkCommunity(Resource):
    """A community that some of the nodes belong to; `members` counts all of it."""

    id: str
    slug: str
    number: int
    label: str
    members: int
    shown: int = Field(description="How many of its members are among the nodes.")


class NetworkYear(Resource):
    """The collaborations of one year, counted."""

    year: int
    events: int
    actors: int
    collaborations: int
    new_actors: int
    new_collaborations: int
    components: int = Field(description="Parts that no collaboration of the year joins.")
    largest: int = Field(description="Institutions in the largest of them.")


class NetworkStatistics(Resource):
    """How much there is of what was asked for, of which the answer has the strongest."""

    actors: int
    collaborations: int
    years: tuple[NetworkYear, ...] = ()


class Network(Resource):
    """The network, or the part of it that was asked for."""

    nodes: tuple[NetworkNode, ...]
    edges: tuple[NetworkEdge, ...]
    communities: tuple[NetworkCommunity, ...]
    statistics: NetworkStatistics
    reason: str | None = Field(
        default=None, description="Why the institution that was asked for collaborated with nobody."
    )


class DrawnNodes(Resource):
    """Institutions in columns, those of most strength first."""

    slug: tuple[str, ...]
    label: tuple[str, ...]
    community: tuple[int | None, ...] = Field(description="Number of the community of each.")
    strength: tuple[float, ...] = Field(description="As `/network` tells it: of all its collaborations.")
    degree: tuple[int, ...]


class DrawnEdges(Resource):
    """Collaborations in columns, in the order of `/network`; their ends are places in the nodes."""

    source: tuple[int, ...]
    target: tuple[int, ...]
    weight: tuple[float, ...]
    events: tuple[int, ...]
    first_year: tuple[int | None, ...]


class NetworkDrawing(Resource):
    """What of the network is drawn; `actors` and `collaborations` count all that was asked for."""

    actors: int
    collaborations: int
    nodes: DrawnNodes
    edges: DrawnEdges


class PathEvent(Ref):
    """An event that two institutions took part in: their roles there, and the claims that say so."""

    date: str | None = None
    from_roles: tuple[Ref, ...]
    to_roles: tuple[Ref, ...]
    evidence: tuple[Evidence, ...] = ()


class PathStep(Resource):
    """Two institutions of a chain that collaborated."""

    from_actor: Ref
    to_actor: Ref
    weight: float
    events: int
    event_list: tuple[PathEvent, ...] = Field(
        description="Some of the events, those with fewest institutions first."
    )


class Path(Resource):
    """A chain of institutions. `length` is the sum of 1 / weight: the shorter, the stronger."""

    length: float
    actors: tuple[Ref, ...]
    steps: tuple[PathStep, ...]


class PathList(Resource):
    """The chains that connect two institutions, the strongest first; `reason` says why there is none."""

    from_actor: Ref
    to_actor: Ref
    total: int
    results: tuple[Path, ...]
    reason: str | None = None
