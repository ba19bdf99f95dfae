"""Errors of the cloud client."""

from enum import StrEnum


class Problem(StrEnum):
    """Why the cloud did not do what it was asked; the value is a translation key."""

    NOT_CONNECTED = "tlink_not_connected"
    """No connection, so nothing was sent."""
    NO_ANSWER = "tlink_no_answer"
    """The request was sent; whether it had an effect is not known."""
    HTTP_STATUS = "tlink_http_status"
    UNREADABLE = "tlink_unreadable_answer"
    REDIRECTED = "tlink_redirected"


class Unreachable(Exception):
    """Try again later."""

    def __init__(self, problem: Problem, call: str, detail: str = "") -> None:
        """Initialize with the problem, the call, and an HTTP status or the like."""
        super().__init__(problem, call, detail)
        self.problem = problem
        self.call = call
        self.detail = detail

    def __str__(self) -> str:
        """Return a text for the log."""
        words = self.problem.name.lower().replace("_", " ")
        return " ".join(filter(None, (self.call, words, self.detail)))


class BadCredentials(Exception):
    """The login is not accepted; ask the user for another one."""


class UserIdMissing(Exception):
    """The login was accepted, but the answer does not contain the user's number."""


class CloudRefused(Exception):
    """The platform does not do this; the argument is its explanation."""
