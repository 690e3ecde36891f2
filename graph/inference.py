"""The few shortcuts that queries want, as SPARQL rules: each file of `ontology/rules` is one CONSTRUCT.

Rules run over the union of all graphs, in the order of their file names, until nothing new comes (a rule may
feed another). What they say goes into a named graph of its own and nowhere else.
"""

from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import NamedNode, Quad, QueryTriples, Store

import ontology
from graph.errors import ConfigurationError
from ontology.namespaces import GRAPH_INFERRED, PREFIXES

RULES = Path(ontology.__file__).parent / "rules"
# The longest chain that our rules can form is a hierarchy of themes or bodies; a rule that still adds triples
# after this many rounds mints something new each time and would never end.
_MOST_ROUNDS = 20


def infer(store: Store, *, rules: Path = RULES) -> list[Quad]:
    """The triples that the rules derive and no graph states yet, as quads of the inferred graph.

    `store` is left as it was. Raises ConfigurationError that names the rule that is not a CONSTRUCT query or
    never comes to an end.
    """
    graph = NamedNode(GRAPH_INFERRED)
    derived: list[Quad] = []
    try:
        for _ in range(_MOST_ROUNDS):
            added = [quad for path in sorted(rules.glob("*.rq")) for quad in _apply(store, path, graph)]
            if not added:
                return derived
            derived += added
        raise ConfigurationError(f"{rules}: the rules still derive new triples after {_MOST_ROUNDS} rounds")
    finally:
        for quad in derived:
            store.remove(quad)


def _apply(store: Store, path: Path, graph: NamedNode) -> Iterable[Quad]:
    try:
        triples = store.query(
            path.read_text(encoding="utf-8"), use_default_graph_as_union=True, prefixes=PREFIXES
        )
    except SyntaxError as error:
        raise ConfigurationError(f"{path}: this rule is not valid SPARQL: {error}") from error
    if not isinstance(triples, QueryTriples):
        raise ConfigurationError(f"{path}: a rule must be a CONSTRUCT query")
    new = {
        Quad(triple.subject, triple.predicate, triple.object, graph)
        for triple in triples
        if next(store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None), None) is None
    }
    store.extend(new)
    return sorted(new, key=str)
