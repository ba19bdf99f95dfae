"""Let the event loop run while a worker thread makes a plan."""

from time import sleep
from typing import Final

_PAUSE: Final = 0.0002
"""Seconds. After a pause of 0 this thread often goes on before the event loop's thread
has woken up, which then waits for 5 ms until the interpreter makes them switch."""


def let_event_loop_run() -> None:
    """Release the interpreter for a moment: a plan is in no hurry.

    A plan calls it after each millisecond or two of work.
    """
    sleep(_PAUSE)
