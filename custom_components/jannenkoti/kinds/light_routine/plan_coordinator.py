"""The plan of the home: its place, its time zone, and the holidays of a calendar."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from homeassistant.components.calendar import DOMAIN as CALENDAR
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import callback
from homeassistant.helpers.event import (
    async_track_state_change_event,
    async_track_time_change,
)
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util

from ...calls import CallFailed, async_call_action
from ...const import LOGGER
from .slots.plan import Plan
from .slots.sun import Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

    from .slots.table import Slot

_LONGEST_ACTION: Final = 30.0  # s; a calendar of a cloud may need some.
# The range of the plan, with a day to spare on each side.
_BACK: Final = timedelta(days=10)
_AHEAD: Final = timedelta(days=20)


def home_plan(
    hass: HomeAssistant,
    table: tuple[Slot, ...],
    holidays: frozenset[date] = frozenset(),
) -> Plan:
    """Return a table for where the home is."""
    config, zone = hass.config, dt_util.get_default_time_zone()
    place = Place(
        latitude=config.latitude,
        longitude=config.longitude,
        elevation=config.elevation,
        zone=zone,
    )
    return Plan(table=table, zone=zone, sun=place.sun, holidays=holidays)


class HolidaysCoordinator:
    """Reads a calendar at the start, after midnight and when its state changes."""

    def __init__(
        self,
        hass: HomeAssistant,
        calendar: str | None,
        use: Callable[[frozenset[date]], None],
    ) -> None:
        """Initialize; nothing is read yet."""
        self._hass = hass
        self._calendar = calendar
        self._use = use

    @callback
    def async_start(self, entry: ConfigEntry) -> None:
        """Read the calendar, and again when it may have changed."""
        if self._calendar is None:
            return
        hass = self._hass

        async def read(*_: object) -> None:
            await self._async_read()

        entry.async_on_unload(async_at_started(hass, read))
        entry.async_on_unload(
            async_track_state_change_event(hass, self._calendar, read)
        )
        entry.async_on_unload(
            async_track_time_change(hass, read, hour=0, minute=0, second=10)
        )

    async def _async_read(self) -> None:
        """Read the days; while the calendar cannot be read, the last days stay."""
        now = dt_util.now()
        try:
            answer: Any = await async_call_action(
                self._hass,
                CALENDAR,
                "get_events",
                {
                    ATTR_ENTITY_ID: self._calendar,
                    "start_date_time": (now - _BACK).isoformat(),
                    "end_date_time": (now + _AHEAD).isoformat(),
                },
                within=_LONGEST_ACTION,
                return_response=True,
            )
        except CallFailed as err:
            LOGGER.debug("The calendar %s cannot be read: %s", self._calendar, err)
            return
        events = (answer or {}).get(self._calendar, {}).get("events", [])
        days = [day for event in events for day in days_of(event)]
        self._use(frozenset(days))


def days_of(event: dict[str, Any]) -> list[date]:
    """Return the local days of an event; its end is not a part of it."""
    start, end = (_moment(event.get(key)) for key in ("start", "end"))
    if start is None or end is None:
        return []
    last = max(start, end - timedelta(seconds=1)).date()
    length = min((last - start.date()).days, (_BACK + _AHEAD).days)
    return [start.date() + timedelta(days=offset) for offset in range(length + 1)]


def _moment(text: object) -> datetime | None:
    """Return a date or time of an event in local time."""
    parsed = dt_util.parse_datetime(text) if isinstance(text, str) else None
    if parsed is not None:
        return parsed if parsed.tzinfo is None else dt_util.as_local(parsed)
    day = dt_util.parse_date(text) if isinstance(text, str) else None
    return None if day is None else datetime.combine(day, datetime.min.time())
