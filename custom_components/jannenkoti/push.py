"""What devices push: a source with its listeners, a throttle and a silence watch."""

from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from homeassistant.core import HassJob, callback

from .timers import async_call_later

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from homeassistant.core import CALLBACK_TYPE, HomeAssistant


class PushSource[DataT]:
    """Data that a device pushes, and the entities that show them.

    It has of `DataUpdateCoordinator` what entities use. Nothing is polled, so it needs
    neither timers nor locks: use it where there may be thousands.
    """

    __slots__ = ("__weakref__", "_listeners", "data")

    last_update_success = True
    """Whether the source is reachable is part of its data."""

    def __init__(self, data: DataT) -> None:
        """Initialize with the data known so far."""
        self.data = data
        self._listeners: dict[object, CALLBACK_TYPE] = {}

    @callback
    def async_add_listener(
        self,
        update_callback: CALLBACK_TYPE,
        context: object = None,  # noqa: ARG002 - as Home Assistant calls it
    ) -> CALLBACK_TYPE:
        """Call a function after each update; return what ends that."""
        subscription = object()
        self._listeners[subscription] = update_callback
        # Each entity has one: a function of its own would be five objects more.
        return partial(self._async_remove_listener, subscription)

    @callback
    def _async_remove_listener(self, subscription: object) -> None:
        """Remove a listener; without effect if it is removed already."""
        self._listeners.pop(subscription, None)

    @callback
    def async_set_updated_data(self, data: DataT) -> None:
        """Replace the data and call the listeners."""
        self.data = data
        self.async_update_listeners()

    @callback
    def async_update_listeners(self) -> None:
        """Call the listeners; one of them may remove itself or others."""
        for update_callback in tuple(self._listeners.values()):
            update_callback()


class Throttle:
    """Runs an action at most once per interval.

    The first request runs it at once. Of the requests within the interval after that,
    all together run it once, at its end.
    """

    __slots__ = ("_action", "_hass", "_interval", "_job", "_requested", "_stop")

    def __init__(
        self,
        hass: HomeAssistant,
        interval: float,
        action: Callable[[], None],
        name: str,
    ) -> None:
        """Initialize with the interval (s); the action must not block."""
        self._hass = hass
        self._interval = interval
        self._action = action
        self._job = HassJob(
            self._async_over, f"throttle {name}", cancel_on_shutdown=True
        )
        self._requested = False
        self._stop: CALLBACK_TYPE | None = None

    @callback
    def async_request(self) -> None:
        """Run the action now or at the end of the interval."""
        if self._stop is not None:
            self._requested = True
            return
        self._requested = False
        self._stop = async_call_later(self._hass, self._interval, self._job)
        self._action()

    @callback
    def async_stop(self) -> None:
        """Cancel what is waiting; for `entry.async_on_unload`."""
        self._requested = False
        if self._stop is not None:
            self._stop()
            self._stop = None

    @callback
    def _async_over(self, _now: datetime) -> None:
        """Run the action for the requests that came within the interval."""
        self._stop = None
        if self._requested:
            self.async_request()


class SilenceWatch:
    """Runs an action when a source has not reported for longer than it may.

    It measures by a clock that is never set. A report costs no timer: when the timer
    ends, it is started again for the time that is left.
    """

    __slots__ = ("_action", "_after", "_ends", "_hass", "_job", "_reported", "_stop")

    def __init__(
        self, hass: HomeAssistant, action: Callable[[], None], name: str
    ) -> None:
        """Initialize; nothing is watched before the first report."""
        self._hass = hass
        self._action = action
        self._job = HassJob(
            self._async_look, f"silence of {name}", cancel_on_shutdown=True
        )
        self._reported = self._after = self._ends = 0.0
        self._stop: CALLBACK_TYPE | None = None

    @callback
    def async_reported(self, after: float, since: float = 0.0) -> None:
        """Start again: the source may be silent for ``after`` (s) from now on.

        Its last report may be ``since`` (s) ago, as after a restart.
        """
        now = monotonic()
        self._reported, self._after = now - since, after
        ends = self._reported + after
        if self._stop is not None:
            if ends >= self._ends:
                return
            self._stop()
        self._start(ends - now)

    @callback
    def async_stop(self) -> None:
        """Watch no more; for `entry.async_on_unload`."""
        if self._stop is not None:
            self._stop()
            self._stop = None

    def _start(self, seconds: float) -> None:
        """Start the timer."""
        self._ends = monotonic() + seconds
        self._stop = async_call_later(self._hass, max(seconds, 0.0), self._job)

    @callback
    def _async_look(self, _now: datetime) -> None:
        """Run the action, or wait for the time that later reports have added."""
        self._stop = None
        left = self._reported + self._after - monotonic()
        if left > 0:
            self._start(left)
        else:
            self._action()
