"""Queries that are waited for in the event loop, and what becomes of them where nobody waits any more."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import anyio
from fastapi import Request

from graph.query import QueryPool
from search_api.routers.query_threads import without_thread

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"


@contextmanager
def pool_of(path: Path) -> Iterator[QueryPool]:
    path.write_text("".join(f"<urn:s> <urn:p> <urn:{i}> .\n" for i in range(300)))
    with QueryPool([path], workers=1, timeout=0.5) as pool:
        yield pool


def test_a_query_whose_request_is_cancelled_gives_its_place_back(tmp_path: Path) -> None:
    with pool_of(tmp_path / "graph.nq") as pool:
        served = SimpleNamespace(queries=pool, give_back=lambda: None)
        service = SimpleNamespace(lease_at_once=lambda: served)
        state = SimpleNamespace(service=service)
        request = cast(Request, SimpleNamespace(app=SimpleNamespace(state=state)))

        async def cancelled(query: str) -> None:
            with anyio.move_on_after(0.02) as scope:
                await without_thread(request, lambda _: pool.begin(query))
            assert scope.cancel_called

        for number in range(3):  # one that is known to be long does not begin here
            pool.run(f"ASK {{}} # {number}")
            anyio.run(cancelled, f"{ENDLESS} # {number}")
        assert pool.run("ASK { ?s ?p ?o }").content
