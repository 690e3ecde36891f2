"""Threads for SPARQL alone, so that pages and searches never wait behind queries."""

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi import Request

from search_api.dependencies import service_of
from search_api.service import Served

T = TypeVar("T")
#: More than may wait in a pool: who comes then finds it full and says so at once. Idle threads end.
_THREADS = 512


async def in_query_thread(request: Request, work: Callable[[Served], T]) -> T:
    """Run blocking `work` on the current snapshot in one of the threads for queries."""
    service = service_of(request)
    state = request.app.state
    if not hasattr(state, "query_threads"):
        state.query_threads = CapacityLimiter(_THREADS)

    def leased() -> T:
        with service.lease() as served:
            return work(served)

    return await to_thread.run_sync(leased, limiter=state.query_threads)
