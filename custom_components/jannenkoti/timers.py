"""Timers that keep nothing alive except their action."""

from contextvars import Context
from typing import TYPE_CHECKING

from homeassistant.helpers.event import async_call_later as ha_call_later

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from datetime import datetime, timedelta
    from typing import Any

    from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant

    type TimerAction = (
        HassJob[[datetime], Coroutine[Any, Any, None] | None]
        | Callable[[datetime], Coroutine[Any, Any, None] | None]
    )


def detached[**ArgsT, ResultT](
    function: Callable[ArgsT, ResultT], *args: ArgsT.args, **kwargs: ArgsT.kwargs
) -> ResultT:
    """Call a function in an empty context.

    A timer or task copies the context that it is started in. Within an HTTP request
    that context holds the request, which then stays in memory until the timer ends.
    """
    return Context().run(function, *args, **kwargs)


def async_call_later(
    hass: HomeAssistant, delay: float | timedelta, action: TimerAction
) -> CALLBACK_TYPE:
    """Call an action once after a delay (s); return what cancels it."""
    return detached(ha_call_later, hass, delay, action)
