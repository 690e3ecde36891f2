"""Answers to stored queries: values checked and bound, then the query run like any other."""

import json
from collections.abc import Mapping

from pyoxigraph import NamedNode

from graph.parameters import ParameterError, bind
from graph.query import QueryPool
from graph.query_answers import QueryAnswer
from ontology.stored_queries import Parameter, StoredQuery

_KNOWN = """SELECT ?resource ?now { ?resource ?property ?value
  OPTIONAL { ?resource dcterms:isReplacedBy+ ?now FILTER NOT EXISTS { ?now dcterms:isReplacedBy ?next } } }
LIMIT 1"""


def answer_stored(
    queries: QueryPool,
    query: StoredQuery,
    values: Mapping[str, str],
    *,
    accept: str | None = None,
    format: str | None = None,
) -> QueryAnswer:
    """Answer a stored query asked with `values` (parameter → what was typed); formats as in `QueryPool.run`.

    A resource that was merged into another stands for that one. Raises ParameterError, also for a resource
    that the graph does not know, and what `QueryPool.run` raises.
    """
    bindings = bind(query.parameters, values)
    known = {
        parameter.name: _known(queries, parameter, term)
        for parameter in query.parameters
        if isinstance(term := bindings.get(parameter.name), NamedNode) and parameter.kind
    }
    return queries.run(query.text, accept=accept, format=format, bindings=bindings | known)


def _known(queries: QueryPool, parameter: Parameter, resource: NamedNode) -> NamedNode:
    """The resource, or what it was merged into. Raises ParameterError where the graph knows no such.

    A slug with a typo would otherwise be answered with no rows, as if there were nothing to tell.
    """
    answer = queries.run(_KNOWN, format="json", bindings={"resource": resource})
    rows = json.loads(answer.content)["results"]["bindings"]
    if not rows:
        slug = resource.value.rpartition("/")[2]
        raise ParameterError(parameter.name, f"the graph has no {parameter.kind} {slug!r}")
    return NamedNode(rows[0]["now"]["value"]) if "now" in rows[0] else resource
