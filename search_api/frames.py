"""Answers as data frames, of a workspace or of a running server: what notebooks begin with.

    graph = open_graph()                           # the workspace of the settings
    graph = open_graph("http://127.0.0.1:8000")    # a server
    graph.frame("SELECT ?actor ?event { ?actor rp:sponsors ?event }")
    graph.stored("events-on-theme", theme="innovacion")

Both answer the same queries with the same rows. pandas comes with the extra `notebooks`.
"""

import json
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from graph.errors import ConfigurationError, QueryError
from graph.formats import RESULT_FORMATS
from ontology.namespaces import XSD

if TYPE_CHECKING:
    from pandas import DataFrame

#: Seconds to wait for a server, more than its own limit of a query.
_PATIENCE = 120
_NUMBERS = {
    **dict.fromkeys((XSD + "integer", XSD + "int", XSD + "long"), int),
    **dict.fromkeys((XSD + "decimal", XSD + "double", XSD + "float"), float),
}


class _Source(Protocol):
    def run(self, query: str) -> bytes: ...

    def stored(self, name: str, values: Mapping[str, str]) -> bytes: ...

    def close(self) -> None: ...


class AskedGraph:
    """A graph that answers SELECT and ASK queries; close it, or use it in a `with` statement."""

    def __init__(self, source: _Source) -> None:
        self._source = source

    def frame(self, query: str) -> "DataFrame":
        """The rows of a query, a column a variable; numbers and booleans as such, all else as text.

        What is unbound is None. The verdict of an ASK is one row. Raises QueryError.
        """
        return _frame(self._source.run(query))

    def stored(self, name: str, **values: object) -> "DataFrame":
        """The rows of a stored query asked with `values`. Raises QueryError and ParameterError."""
        return _frame(self._source.stored(name, {key: str(value) for key, value in values.items()}))

    def close(self) -> None:
        """End what answers it."""
        self._source.close()

    def __enter__(self) -> "AskedGraph":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def open_graph(where: str | None = None) -> AskedGraph:
    """The graph of a server, by its address, or of a workspace, by its folder or that of the settings.

    Raises ConfigurationError where there is nothing to ask.
    """
    if where and where.startswith(("http://", "https://")):
        return AskedGraph(_Server(where.rstrip("/")))
    return AskedGraph(_Workspace(where))


class _Server:
    def __init__(self, root: str) -> None:
        self._root = root

    def run(self, query: str) -> bytes:
        return self._read("/sparql", body=query.encode("utf-8"))

    def stored(self, name: str, values: Mapping[str, str]) -> bytes:
        return self._read(f"/queries/{name}?{urlencode(values)}")

    def close(self) -> None:
        pass

    def _read(self, path: str, *, body: bytes | None = None) -> bytes:
        headers = {"accept": RESULT_FORMATS[0].media_type, "content-type": "application/sparql-query"}
        try:
            with urlopen(Request(self._root + path, data=body, headers=headers), timeout=_PATIENCE) as answer:
                content: bytes = answer.read()
                return content
        except HTTPError as error:
            raise QueryError(_detail(error)) from error
        except URLError as error:
            reason = f"{self._root} does not answer ({error.reason}); start it with: redpyme serve"
            raise ConfigurationError(reason) from error


def _detail(error: HTTPError) -> str:
    try:
        return str(json.loads(error.read())["detail"])
    except (ValueError, KeyError, TypeError):
        return f"the server answered {error.code} {HTTPStatus(error.code).phrase}"


class _Workspace:
    def __init__(self, folder: str | None) -> None:
        from graph.query import QueryPool
        from graph.settings import load_settings
        from graph.workspace import Workspace
        from search_api.search.similarity import open_comparison

        settings = load_settings()
        if folder:
            settings = settings.model_copy(update={"workspace": Path(folder)})
        snapshot = Workspace(settings.workspace).current()
        if snapshot is None:
            raise ConfigurationError(
                f"the workspace {settings.workspace} has no snapshot yet; make one with: redpyme ingest FILE…"
            )
        self._pool = QueryPool(
            snapshot,
            workers=1,
            timeout=settings.query_timeout,
            memory_mb=settings.query_memory_mb,
            similarity=cache(lambda: open_comparison(snapshot, settings)),
        )

    def run(self, query: str) -> bytes:
        return self._pool.run(query, format="json").content

    def stored(self, name: str, values: Mapping[str, str]) -> bytes:
        from graph.stored_answers import answer_stored
        from ontology.stored_queries import stored_queries

        query = stored_queries().get(name)
        if query is None:
            raise QueryError(f"there is no stored query {name!r}; there are {', '.join(stored_queries())}")
        return answer_stored(self._pool, query, values, format="json").content

    def close(self) -> None:
        self._pool.close()


def _frame(content: bytes) -> "DataFrame":
    import pandas

    try:
        result = json.loads(content)
    except ValueError as error:
        raise QueryError("this is no SELECT or ASK query: a graph has no rows") from error
    if "boolean" in result:
        return pandas.DataFrame({"boolean": [result["boolean"]]})
    columns = result["head"].get("vars", [])
    rows = [
        [_plain(row[name]) if name in row else None for name in columns]
        for row in result["results"]["bindings"]
    ]
    return pandas.DataFrame(rows, columns=columns)


def _plain(term: Mapping[str, Any]) -> Any:
    text, datatype = term["value"], term.get("datatype")
    try:
        if datatype == XSD + "boolean":
            return text in ("true", "1")
        return _NUMBERS[datatype](text) if datatype in _NUMBERS else text
    except ValueError:
        return text
