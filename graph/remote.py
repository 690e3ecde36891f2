"""Asking another SPARQL endpoint over HTTP without being led anywhere else.

The name of the endpoint is looked up once; where any of its addresses is not public (loopback, private,
link-local …) nothing is asked, and the connection goes to the address that was looked at, so a second answer
of the DNS changes nothing. Redirects are not followed, proxies of the environment not used. Time and bytes
are limited for the whole exchange, however slowly the other side sends.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from functools import cache
from urllib.parse import SplitResult, urlencode, urlsplit

from graph.errors import QueryRemote

RESULTS = "application/sparql-results+json"
#: Host and port to the IP addresses that the DNS knows; and an open connection to one of them.
Resolve = Callable[[str, int], Sequence[str]]
Connect = Callable[[str, int, float], socket.socket]


def endpoint_problem(address: str) -> str | None:
    """Why an address cannot be that of an endpoint; None where it can."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError as error:
        return str(error)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "it must begin with https:// or http:// and name a host"
    if parts.username is not None or parts.fragment:
        return "it must have neither a user nor a fragment"
    if not address.isascii() or any(c <= " " or c in '<>"{}|\\^`' for c in address):
        return "it must be written in ASCII, without blanks"
    with contextlib.suppress(ValueError):
        if not is_public(parts.hostname):
            return "it is not public, and such addresses are never asked"
    return None


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open Internet; none that wraps an IPv4 address in IPv6 is."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if not ip.is_global or ip.is_multicast or ip.is_reserved:  # ::/8 is reserved: mapped, NAT64 (RFC 6052)
        return False
    return isinstance(ip, ipaddress.IPv4Address) or not (ip.is_site_local or ip.sixtofour or ip.teredo)


def look_up(host: str, port: int) -> Sequence[str]:
    """The IP addresses of a host. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def connect(address: str, port: int, seconds: float) -> socket.socket:
    """A connection to an IP address. Raises OSError."""
    return socket.create_connection((address, port), timeout=seconds)


def ask(
    endpoint: str,
    query: str,
    *,
    deadline: float,
    max_bytes: int,
    resolve: Resolve = look_up,
    connect: Connect = connect,
) -> bytes:
    """The answer of an endpoint to a SELECT query, as SPARQL JSON.

    `deadline` is a time of `time.monotonic`. Raises QueryRemote for whatever comes between, in words.
    """
    parts = urlsplit(endpoint)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        address = _public_address(parts.hostname or "", port, resolve, deadline=deadline)
        with contextlib.ExitStack() as stack:
            connection = stack.enter_context(connect(address, port, _left(deadline)))
            _cut_at(deadline, connection, stack)
            if parts.scheme == "https":
                connection = stack.enter_context(
                    _tls().wrap_socket(
                        connection, server_hostname=parts.hostname, do_handshake_on_connect=False
                    )
                )
                _cut_at(deadline, connection, stack)
                connection.do_handshake()
            answer = _exchange(connection, parts, query, max_bytes=max_bytes)
        _left(deadline)
        return answer
    except (OSError, UnicodeError, http.client.HTTPException, Late) as error:
        late = time.monotonic() >= deadline or isinstance(error, TimeoutError | Late)
        reason = "it did not answer in time" if late else f"it cannot be asked ({error})"
        raise QueryRemote(f"SERVICE <{endpoint}>: {reason}") from error
    except _UnwantedError as error:
        raise QueryRemote(f"SERVICE <{endpoint}>: {error}") from error


class _UnwantedError(Exception):
    """Something came that is no answer; the text says what."""


def _public_address(host: str, port: int, resolve: Resolve, *, deadline: float) -> str:
    """The address to connect to. The look-up has no timeout of its own, so it has a thread that may stay."""
    pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="look-up")
    try:
        addresses = pool.submit(resolve, host, port).result(timeout=_left(deadline))
    finally:
        pool.shutdown(wait=False)
    if not addresses or not all(map(is_public, addresses)):
        raise _UnwantedError("its name leads to an address that is not public, which is never asked")
    return addresses[0]


def _exchange(connection: socket.socket, parts: SplitResult, query: str, *, max_bytes: int) -> bytes:
    client = http.client.HTTPConnection(parts.netloc)
    client.sock = connection
    body = urlencode({"query": query}).encode("ascii")
    headers = {
        "Host": parts.netloc,
        "Accept": RESULTS,
        "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": "redpyme",
        "Connection": "close",
    }
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    client.request("POST", target, body=body, headers=headers)
    with client.getresponse() as response:
        if 300 <= response.status < 400:
            raise _UnwantedError(f"it answered with a redirect ({response.status}), which is not followed")
        if response.status != 200:
            raise _UnwantedError(f"it answered with the error {response.status}")
        kind = response.headers.get_content_type()
        if kind not in (RESULTS, "application/json"):
            raise _UnwantedError(f"it answered with {kind}, not with {RESULTS}")
        answer = response.read(max_bytes + 1)
        if len(answer) > max_bytes:
            raise _UnwantedError(f"its answer is larger than {max_bytes // 2**20} MB; ask it for less")
        if response.length:
            raise _UnwantedError("its answer was cut short")
        return answer


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _cut_at(deadline: float, connection: socket.socket, stack: contextlib.ExitStack) -> None:
    """End the exchange in time: a timeout of the socket would begin anew with each byte that comes."""

    def cut() -> None:
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)

    alarm = threading.Timer(_left(deadline), cut)
    alarm.daemon = True
    alarm.start()
    stack.callback(alarm.cancel)


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
