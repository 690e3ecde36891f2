"""Which institution is meant: by an IRI, a slug, a name in any language, an acronym or a misspelt name."""

from collections.abc import Iterable, Mapping, Sequence

from graph.errors import NotFound
from graph.store import GraphView
from ontology.namespaces import ID, ROLE_PROPERTIES
from search_api.resources.links import slug_of
from search_api.search.words import fold

CLOSE_NAME, CLEAR_LEAD = 88.0, 4.0
"""rapidfuzz score from which a misspelt name is taken for an actor's, and its lead over the next actor."""
NEAREST = 3
"""Names told where none is near enough."""


def find_actor(view: GraphView, text: str, *, exactly: bool = False) -> str:
    """The IRI of the actor meant by an IRI, a slug, a name in any language, an acronym or a misspelt name.

    Raises NotFound with the nearest names. Of several actors of one name, the one in most events is meant;
    `exactly` takes neither a name of several nor a misspelt one.
    """
    wanted = " ".join(text.split())
    names = _actor_names(view)
    for iri in (wanted, f"{ID}actor/{wanted}"):
        if iri in names:
            return iri
    folded = fold(wanted)
    exact = [iri for iri, own in names.items() if folded in {fold(name) for name in own}]
    if exactly and len(exact) > 1:
        bearers = ", ".join(slug_of(iri) for iri in exact)
        raise NotFound(f"several actors are called {text!r}; say which: {bearers}")
    if exact:
        events = _events_taken(view)
        return min(exact, key=lambda iri: (-events.get(iri, 0), iri))
    near = nearest_names(wanted, names)
    if near and near[0][0] >= CLOSE_NAME and not exactly:
        lead = near[0][0] - near[1][0] if len(near) > 1 else 100.0
        if lead >= CLEAR_LEAD:
            return near[0][1]
    hint = "; ".join(f"{names[iri][0]} ({slug_of(iri)})" for _, iri in near)
    raise NotFound(f"no actor is called {text!r}" + (f"; the nearest: {hint}" if hint else ""))


def nearest_names(text: str, names: Mapping[str, Sequence[str]]) -> list[tuple[float, str]]:
    """(rapidfuzz score, key) of those whose names are nearest to a text, the best first.

    `names` are the names by key. The score is from 0 to 100, of the nearest name of each.
    """
    from rapidfuzz import fuzz, process

    keys, flat = _flat(names)
    scores = process.cdist([fold(text)], flat, scorer=fuzz.ratio)[0] if flat else ()
    best: dict[str, float] = {}
    for key, score in zip(keys, scores, strict=True):
        if score > best.get(key, -1.0):
            best[key] = float(score)
    return sorted(((score, key) for key, score in best.items()), key=lambda pair: (-pair[0], pair[1]))[
        :NEAREST
    ]


def _flat(names: Mapping[str, Iterable[str]]) -> tuple[list[str], list[str]]:
    pairs = [(key, fold(name)) for key, own in names.items() for name in own]
    return [key for key, _ in pairs], [name for _, name in pairs]


def _actor_names(view: GraphView) -> dict[str, list[str]]:
    """Names of each actor, the label first."""
    found = {str(row["s"]): [view.label(str(row["s"]))] for row in view.select("SELECT ?s { ?s a rp:Actor }")}
    query = "SELECT ?s ?o { ?s a rp:Actor ; rdfs:label|skos:altLabel|rp:acronym ?o }"
    for row in view.select(query):
        if str(row["o"]) not in found[str(row["s"])]:
            found[str(row["s"])].append(str(row["o"]))
    return dict(sorted(found.items()))


def _events_taken(view: GraphView) -> dict[str, int]:
    roles = "|".join(f"<{iri}>" for iri in ROLE_PROPERTIES.values())
    rows = view.select(f"SELECT ?a (COUNT(DISTINCT ?event) AS ?n) {{ ?a {roles} ?event }} GROUP BY ?a")
    return {str(row["a"]): int(row["n"]) for row in rows}
