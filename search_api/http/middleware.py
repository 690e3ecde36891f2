"""What wraps every route: the headers of all answers, HEAD as GET without its body, query strings."""

import re
from collections.abc import MutableMapping
from typing import Any

from starlette.datastructures import URL, Headers, MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search_api.http.negotiation import wants_html
from search_api.wording.languages import LANGUAGES, Language, Reader, of_path, preferred, reading

#: What every answer carries: scripts and all else from this host alone, nothing inline, no framing.
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; "
    "font-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}
_ENCODED = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
#: Files below this path are not negotiated.
STATIC = "/static/"


_LANG = re.compile(r"(?:^|&)lang=(es|pt|en)(?:&|$)")
#: "gzip;q=0": compressed is what the client does not take (RFC 9110, 12.5.3).
_REFUSED = re.compile(r"(?i)\bgzip\s*;\s*q=0(?:\.0*)?\s*(?:,|$)")
_UNESCAPED = re.compile(rb"[\x80-\xff]")


class FixedHeaders:
    """Adds `HEADERS` to every response, and `Vary: Accept`, since all but static files are negotiated."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(message, path=scope["path"])
            await send(message)

        await self.app(scope, receive, send_with_headers)


class LanguageOfReader:
    """Works in the language of the reader: that which the address begins with (`/pt/actors`), else that of
    the parameter `lang`, else what a browser prefers. Who asks for no page gets Spanish, unless they say so.
    """

    def __init__(self, app: ASGIApp, *, site: str = "") -> None:
        """`site` is where the public reaches the service, if that is known."""
        self.app = app
        self.root = site.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        chosen, path = of_path(scope["path"])
        if chosen:
            scope = {**scope, "path": path, "raw_path": path.encode()}
        headers = Headers(scope=scope)
        query = scope.get("query_string", b"").decode("ascii", "replace")
        asked = _LANG.search(query)
        said = chosen or (asked[1] if asked else None)
        negotiated = said is None and wants_html(headers.get("accept"))
        if negotiated:
            said = preferred(headers.get("accept-language", ""))
        language: Language = next((known for known in LANGUAGES if known == said), "es")
        prefix = f"/{chosen}" if chosen else ""

        async def send_in_language(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered = MutableHeaders(scope=message)
                is_page = answered.get("content-type", "").startswith("text/html")
                if is_page:
                    answered["content-language"] = language
                if is_page or negotiated:  # a file that a browser loads is in its language, too
                    answered.add_vary_header("Accept-Language")
                if prefix and "location" in answered:
                    # A slash too many is taken away by an address in full.
                    here = str(URL(scope={**scope, "path": "", "query_string": b""}))
                    location = answered["location"].removeprefix(here)
                    if location.startswith("/"):
                        answered["location"] = prefix + location
            await send(message)

        with reading(Reader(language, prefix, path, query, self.root)):
            await self.app(scope, receive, send_in_language)


class CompressedForBrowsers:
    """Compresses pages, and the scripts and styles they load. What programs ask for goes as it is: they are
    near, their answers are large, and compressing takes longer than sending."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        # Level 5 is half again as quick as 9, and a hundredth larger on these pages.
        self.compressed = GZipMiddleware(app, minimum_size=1000, compresslevel=5)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (
            scope["path"].startswith(STATIC) or wants_html(Headers(scope=scope).get("accept"))
        ):
            if _REFUSED.search(Headers(scope=scope).get("accept-encoding", "")):
                # Starlette looks for the word alone; without the header it knows what to say.
                headers = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
                scope = {**scope, "headers": headers}
            await self.compressed(scope, receive, send)
        else:
            await self.app(scope, receive, send)


class EscapedQuery:
    """Escapes what a client left as it is in the query string, UTF-8 or not, so that all read it alike."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        query: bytes = scope.get("query_string", b"")
        if not query.isascii():
            scope = {**scope, "query_string": _UNESCAPED.sub(lambda byte: b"%%%02X" % byte[0][0], query)}
        await self.app(scope, receive, send)


class HeadAsGet:
    """Answers HEAD as GET with all its headers, `Content-Length` among them, but no body (RFC 9110, 9.3.2).

    So every route that has GET has HEAD, and the two cannot differ.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        # A copy: the server reads the method of its own scope to know that no body follows.
        await self.app({**scope, "method": "GET"}, receive, send_without_body)


def _add_headers(message: MutableMapping[str, Any], *, path: str) -> None:
    headers = message.setdefault("headers", [])
    headers.extend(_ENCODED)
    if not path.startswith(STATIC):
        headers.append((b"vary", b"Accept"))
    elif message["status"] in (200, 304):
        # A page and its scripts come from one version: browsers ask each time whether theirs is current.
        fonts = path.endswith(".woff2")
        headers.append((b"cache-control", b"public, max-age=604800" if fonts else b"no-cache"))
