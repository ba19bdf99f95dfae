"""What triggers the frames of a time-lapse, beside layers."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from homeassistant.const import STATE_ON
from homeassistant.core import callback
from homeassistant.helpers.event import (
    async_track_state_change_event,
    async_track_time_interval,
)

from .options import TimelapseOptions, Trigger

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import Event, EventStateChangedData, HomeAssistant

_IGNORED: Final = frozenset({"unavailable", "unknown"})
_SWITCHES: Final = frozenset({"binary_sensor", "input_boolean", "switch"})


@callback
def async_listen(
    hass: HomeAssistant,
    entry: ConfigEntry,
    options: TimelapseOptions,
    capture: Callable[[], None],
) -> None:
    """Call a function at each trigger, until the entry is unloaded."""

    @callback
    def tick(_at: datetime | Event) -> None:
        capture()

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        if counts(event):
            capture()

    if options.trigger is Trigger.INTERVAL:
        interval = timedelta(seconds=options.image_delay)
        entry.async_on_unload(async_track_time_interval(hass, tick, interval))
    if options.trigger is Trigger.ENTITY and options.trigger_entity is not None:
        entry.async_on_unload(
            async_track_state_change_event(hass, options.trigger_entity, changed)
        )
    if options.trigger is Trigger.EVENT and options.trigger_event:
        entry.async_on_unload(hass.bus.async_listen(options.trigger_event, tick))


def counts(event: Event[EventStateChangedData]) -> bool:
    """Return whether a binary sensor turned on, or another entity has changed."""
    new, old = event.data["new_state"], event.data["old_state"]
    if new is None or old is None or old.state in _IGNORED or new.state == old.state:
        return False
    if new.domain in _SWITCHES:
        return new.state == STATE_ON
    return new.state not in _IGNORED
