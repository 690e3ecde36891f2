"""Answers to stored queries: values checked and bound, then the query run like any other."""

from collections.abc import Mapping, Sequence

from pyoxigraph import NamedNode

from graph.parameters import ParameterError, bind
from graph.query import QueryAnswer, QueryPool
from graph.terms import Term
from ontology.stored_queries import Parameter, StoredQuery

_KNOWN = "ASK { ?resource ?property ?value }"


def answer_stored(
    queries: QueryPool,
    query: StoredQuery,
    values: Mapping[str, str],
    *,
    accept: str | None = None,
    format: str | None = None,
) -> QueryAnswer:
    """Answer a stored query asked with `values` (parameter → what was typed); formats as in `QueryPool.run`.

    Raises ParameterError, also for a resource that the graph does not know, and what `QueryPool.run` raises.
    """
    bindings = bind(query.parameters, values)
    _check_known(queries, query.parameters, bindings)
    return queries.run(query.text, accept=accept, format=format, bindings=bindings)


def _check_known(queries: QueryPool, parameters: Sequence[Parameter], bindings: Mapping[str, Term]) -> None:
    """A slug with a typo would otherwise be answered with no rows, as if there were nothing to tell."""
    for parameter in parameters:
        term = bindings.get(parameter.name)
        if parameter.kind and isinstance(term, NamedNode):
            answer = queries.run(_KNOWN, format="csv", bindings={"resource": term})
            if answer.content != b"true":
                slug = term.value.rpartition("/")[2]
                raise ParameterError(parameter.name, f"the graph has no {parameter.kind} {slug!r}")
