"""Errors of the interface that its layers below HTTP raise, too."""

from http import HTTPStatus

from graph.errors import RedpymeError


class NotReadyError(RedpymeError):
    """The server has no snapshot to answer from yet, or is still loading it."""


class MovedError(RedpymeError):
    """The resource is known under another IRI since a merge; `location` is its address now."""

    def __init__(self, location: str) -> None:
        super().__init__(f"moved to {location}")
        self.location = location


class RequestError(RedpymeError):
    """A request that cannot be served as it is; `status` is the HTTP status that says so."""

    def __init__(self, status: HTTPStatus, detail: str) -> None:
        super().__init__(detail)
        self.status = status
