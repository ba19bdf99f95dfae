"""Timers that keep nothing alive except their action."""

from contextvars import Context
from typing import TYPE_CHECKING

from homeassistant.core import callback
from homeassistant.helpers.event import async_call_later as ha_call_later
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util import dt as dt_util

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


class Timers:
    """One timer for each action, which replaces the one before."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Start without timers."""
        self._hass = hass
        self._cancel: dict[str, CALLBACK_TYPE] = {}

    @callback
    def run_at(
        self,
        action: Callable[[datetime], Coroutine[Any, Any, None]],
        *times: datetime | None,
    ) -> None:
        """Run an action once at the earliest of these times that is to come."""
        name = action.__name__
        if (cancel := self._cancel.pop(name, None)) is not None:
            cancel()
        now = dt_util.utcnow()
        coming = [when for when in times if when is not None and when > now]
        if not coming:
            return

        async def run(at: datetime) -> None:
            self._cancel.pop(name, None)
            await action(at)

        self._cancel[name] = detached(
            async_track_point_in_utc_time, self._hass, run, min(coming)
        )

    @callback
    def stop(self) -> None:
        """Cancel all timers."""
        for cancel in self._cancel.values():
            cancel()
        self._cancel.clear()
