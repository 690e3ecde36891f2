"""The few shortcuts that queries want, as SPARQL rules: `ontology/rules.ttl` has them all.

Rules run over the union of all graphs, in their order, until nothing new comes (a rule may feed another).
What they say goes into a named graph of its own and nowhere else.
"""

from collections.abc import Iterable, Sequence

from pyoxigraph import NamedNode, Quad, QueryTriples, Store

from graph.errors import ConfigurationError
from ontology.files import Rule, inference_rules
from ontology.namespaces import GRAPH_INFERRED, PREFIXES

# The longest chain that our rules can form is a hierarchy of themes or bodies; a rule that still adds triples
# after this many rounds mints something new each time and would never end.
_MOST_ROUNDS = 20


def infer(store: Store, *, rules: Sequence[Rule] | None = None) -> list[Quad]:
    """The triples that the rules (ours by default) derive and no graph states yet, for the inferred graph.

    `store` is left as it was. Raises ConfigurationError that names the rule that is not a CONSTRUCT query or
    never comes to an end.
    """
    graph = NamedNode(GRAPH_INFERRED)
    applied = inference_rules() if rules is None else rules
    derived: list[Quad] = []
    try:
        for _ in range(_MOST_ROUNDS):
            added = [quad for rule in applied for quad in _apply(store, rule, graph)]
            if not added:
                return derived
            derived += added
        raise ConfigurationError(
            f"the rules of inference still derive new triples after {_MOST_ROUNDS} rounds"
        )
    finally:
        for quad in derived:
            store.remove(quad)


def _apply(store: Store, rule: Rule, graph: NamedNode) -> Iterable[Quad]:
    try:
        triples = store.query(rule.text, use_default_graph_as_union=True, prefixes=PREFIXES)
    except SyntaxError as error:
        raise ConfigurationError(f"rule {rule.name}: this is not valid SPARQL: {error}") from error
    if not isinstance(triples, QueryTriples):
        raise ConfigurationError(f"rule {rule.name}: a rule must be a CONSTRUCT query")
    new = {
        Quad(triple.subject, triple.predicate, triple.object, graph)
        for triple in triples
        if next(store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None), None) is None
    }
    store.extend(new)
    return sorted(new, key=str)
