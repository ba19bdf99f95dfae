"""What tests of several kinds call their fixtures."""

from collections.abc import Awaitable, Callable

type Wait = Callable[[float], Awaitable[None]]
"""Advance the time by so many seconds, and let all that is due then happen."""
