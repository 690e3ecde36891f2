"""Where SPARQL is waited for: short queries in the event loop, all else in threads of their own.

So pages and searches never wait behind queries.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from anyio import CancelScope, CapacityLimiter, to_thread
from fastapi import Request

from graph.errors import RedpymeError
from graph.query import SLICE, QueryAtWork
from graph.query_answers import QueryAnswer
from search_api.routers.dependencies import service_of
from search_api.served import Served

T = TypeVar("T")
#: More than may wait in a pool: who comes then finds it full and says so at once. Idle threads end.
_THREADS = 512


async def in_query_thread(request: Request, work: Callable[[Served], T]) -> T:
    """Run blocking `work` on the current snapshot in one of the threads for queries."""
    service = service_of(request)

    def leased() -> T:
        with service.lease() as served:
            return work(served)

    return await to_thread.run_sync(leased, limiter=_threads(request))


async def without_thread(
    request: Request, begin: Callable[[Served], QueryAnswer | QueryAtWork | None]
) -> QueryAnswer | None:
    """What `begin` answers on the current snapshot, waited for in the event loop; None where it cannot begin.

    A thread takes as long to be told as a short query to be answered. One that turns out to be long, or whose
    answer is, gets its thread then.
    """
    served = service_of(request).lease_at_once()
    if served is None:
        return None
    try:
        begun = begin(served)
        if not isinstance(begun, QueryAtWork):
            return begun
        try:
            await _readable(begun.fileno(), seconds=SLICE)
        except BaseException:  # the worker has to be waited for, whatever became of who asked
            with suppress(RedpymeError):
                await _waited_for(begun, request)
            raise
        return begun.answer() or await _waited_for(begun, request)
    finally:
        served.give_back()


async def _waited_for(begun: QueryAtWork, request: Request) -> QueryAnswer:
    """The answer from a thread, which is begun also where the request is cancelled: a worker is at it."""
    with CancelScope(shield=True):
        answer = await to_thread.run_sync(begun.wait, limiter=_threads(request))
    return answer


async def _readable(descriptor: int, *, seconds: float) -> None:
    """Wait until a descriptor can be read, or for so many seconds."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()

    def wake() -> None:
        if not ready.done():
            ready.set_result(None)

    loop.add_reader(descriptor, wake)
    timer = loop.call_later(seconds, wake)
    try:
        await ready
    finally:
        timer.cancel()
        loop.remove_reader(descriptor)


def _threads(request: Request) -> CapacityLimiter:
    state = request.app.state
    if not hasattr(state, "query_threads"):
        state.query_threads = CapacityLimiter(_THREADS)
    threads: CapacityLimiter = state.query_threads
    return threads
