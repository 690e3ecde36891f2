"""Errors as RFC 9457 problem details, of one shape for every route, and as a page for browsers."""

import logging
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graph.errors import (
    ModelError,
    NotFound,
    QueryBusy,
    QueryError,
    QueryNotAcceptable,
    QueryRemote,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    RedpymeError,
    WorkspaceError,
)
from graph.parameters import ParameterError
from search_api.errors import MovedError, NotReadyError, RequestError
from search_api.http.negotiation import HTML, PROBLEM, wants_html

TYPE_BASE = "https://w3id.org/redpyme/problem/"
_log = logging.getLogger(__name__)


class InvalidParameter(BaseModel):
    """A parameter of the request that cannot be used."""

    parameter: str
    reason: str


class Problem(BaseModel):
    """An error (RFC 9457). `type` says which kind it is, `detail` what to do about this one."""

    type: str = Field(description="IRI that names the kind of problem.")
    title: str = Field(description="The kind of problem in words.")
    status: int = Field(description="HTTP status code.")
    detail: str = Field(description="What happened here, and what to do.")
    instance: str = Field(description="Path of the request.")
    errors: list[InvalidParameter] = Field(default=[], description="The parameters that cannot be used.")


_TOO_LARGE = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
#: The name, title and status of the problem that each error is; the first error that fits counts.
KINDS: tuple[tuple[type[RedpymeError], str, str, HTTPStatus], ...] = (
    (NotFound, "not-found", "No such resource", HTTPStatus.NOT_FOUND),
    (QuerySyntaxError, "query-syntax", "The query is not valid SPARQL", HTTPStatus.BAD_REQUEST),
    (QueryTimeout, "query-timeout", "The query ran too long", HTTPStatus.GATEWAY_TIMEOUT),
    (QueryTooLarge, "query-too-large", "The result of the query is too large", _TOO_LARGE),
    (QueryBusy, "query-busy", "Too many queries at once", HTTPStatus.SERVICE_UNAVAILABLE),
    (QueryRemote, "query-remote", "Another endpoint gave no answer", HTTPStatus.BAD_GATEWAY),
    (QueryNotAcceptable, "not-acceptable", "Not Acceptable", HTTPStatus.NOT_ACCEPTABLE),
    (QueryError, "query", "The query cannot be answered", HTTPStatus.BAD_REQUEST),
    (NotReadyError, "not-ready", "Nothing to answer from yet", HTTPStatus.SERVICE_UNAVAILABLE),
    (ModelError, "model", "The embedding model cannot be used", HTTPStatus.SERVICE_UNAVAILABLE),
    (WorkspaceError, "workspace", "The workspace cannot be used", HTTPStatus.SERVICE_UNAVAILABLE),
)
#: Draws the page of a problem for browsers.
Draw = Callable[[Request, Problem], Response]

#: What every operation may answer, for the OpenAPI document.
RESPONSES: dict[int | str, dict[str, Any]] = {
    code: {
        "description": f"{title} (RFC 9457 problem details)",
        "content": {
            PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}},
            HTML.media_type: {"schema": {"type": "string"}},  # a page for browsers
        },
    }
    for code, title in (
        ("4XX", "The request cannot be served"),
        (422, "A parameter cannot be used"),
        ("5XX", "The server cannot answer"),
    )
}


def problem_of(error: RedpymeError, instance: str) -> Problem:
    """The problem that an error of our tree is to a client."""
    if isinstance(error, RequestError):
        return of_status(error.status, str(error), instance)
    if isinstance(error, ParameterError):
        named = InvalidParameter(parameter=error.parameter, reason=error.reason)
        return of_status(HTTPStatus.UNPROCESSABLE_ENTITY, str(error), instance, [named])
    for kind, name, title, status in KINDS:
        if isinstance(error, kind):
            return Problem(
                type=TYPE_BASE + name, title=title, status=status, detail=str(error), instance=instance
            )
    return of_status(HTTPStatus.INTERNAL_SERVER_ERROR, str(error), instance)


def of_status(status: int, detail: str, instance: str, errors: Sequence[InvalidParameter] = ()) -> Problem:
    """The problem of a bare HTTP status."""
    title = HTTPStatus(status).phrase
    name = title.lower().replace(" ", "-").replace("'", "")
    return Problem(
        type=TYPE_BASE + name,
        title=title,
        status=status,
        detail=detail,
        instance=instance,
        errors=list(errors),
    )


def install(app: FastAPI, draw: Draw) -> None:
    """Answer every error of `app` as a problem: JSON, or a page drawn by `draw` for browsers."""

    def respond(request: Request, problem: Problem, headers: dict[str, str] | None = None) -> Response:
        if wants_html(request.headers.get("accept")):
            response = draw(request, problem)
            response.status_code = problem.status
        else:
            response = JSONResponse(problem.model_dump(), status_code=problem.status, media_type=PROBLEM)
        response.headers.update(headers or {})
        if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
            response.headers["Retry-After"] = "5"
        return response

    @app.exception_handler(RedpymeError)
    async def ours(request: Request, error: RedpymeError) -> Response:
        return respond(request, problem_of(error, request.url.path))

    @app.exception_handler(MovedError)
    async def moved(request: Request, error: MovedError) -> Response:
        return RedirectResponse(error.location, status_code=HTTPStatus.MOVED_PERMANENTLY)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        detail = str(error.detail)
        if error.status_code == HTTPStatus.NOT_FOUND:
            detail = "There is nothing at this address; /api lists what there is."
        problem = of_status(error.status_code, detail, request.url.path)
        headers = dict(error.headers or {})
        if headers.get("Allow") == "GET":  # as the routes know it, which leave HEAD to the middleware
            headers["Allow"] = "GET, HEAD"
        return respond(request, problem, headers)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        errors = [
            InvalidParameter(
                parameter=".".join(str(part) for part in e["loc"][1:]) or str(e["loc"][0]), reason=e["msg"]
            )
            for e in error.errors()
        ]
        detail = "; ".join(f"{e.parameter}: {e.reason}" for e in errors)
        problem = of_status(HTTPStatus.UNPROCESSABLE_ENTITY, detail, request.url.path, errors)
        return respond(request, problem)

    def unexpected(request: Request, error: Exception) -> Response:
        _log.error("unexpected error at %s", request.url.path, exc_info=error)
        detail = "The server met an error of its own; it was logged. Please report what you asked for."
        return respond(request, of_status(HTTPStatus.INTERNAL_SERVER_ERROR, detail, request.url.path))

    app.add_middleware(LastResort, answer=unexpected)


class LastResort:
    """Answers what nothing else caught. Within all other middleware, unlike a handler of `Exception`, so that
    this answer, too, is in the language of the reader and has the headers of all."""

    def __init__(self, app: ASGIApp, *, answer: Callable[[Request, Exception], Response]) -> None:
        self.app = app
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = False

        async def watched(message: Message) -> None:
            nonlocal began
            began = began or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            if began or scope["type"] != "http":  # all that is left is to break off
                raise
            await self._answer(Request(scope, receive), error)(scope, receive, send)
