"""The short way for short queries: `GET /sparql?query=…` answered before it comes to the routes.

What is done for every request on the way there takes longer than most queries. So this takes the requests
that need nothing of it and passes on all others: browsers that show a page or call from another site,
descriptions, queries that have to wait, other methods.
"""

from fastapi import Request, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from graph.errors import RedpymeError
from graph.query_answers import QueryAnswer
from search_api.routers.sparql import asks_for_page, at_once, response_of
from search_api.sparql.requests import asked, decode

_PATH = "/sparql"


class QuickSparql:
    """Answers what it can at once, exactly as the route would; the inner application answers the rest."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != _PATH or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            answer = await _answer(request)
        except RedpymeError as error:
            response: Response = await request.app.exception_handlers[RedpymeError](request, error)
        else:
            if answer is None:
                await self.app(scope, receive, send)
                return
            response = response_of(request, answer)
        response.headers["vary"] = "Origin"  # as CORS would have it
        await response(scope, receive, send)


async def _answer(request: Request) -> QueryAnswer | None:
    if "origin" in request.headers:
        return None
    pairs = decode(request.scope["query_string"].decode("latin-1"), "the query string")
    if not any(name == "query" for name, _ in pairs):
        return None
    operation = asked(pairs)
    if asks_for_page(request, operation.format):
        return None
    return await at_once(request, operation)
