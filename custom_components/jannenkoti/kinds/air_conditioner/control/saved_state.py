"""The thermostat's state: what the next decision needs, also after a restart."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol, Self, Unpack

from ....lib.guard import Phase
from ....lib.hold import Hold
from ....lib.stored import Stored
from ..insight.daily_counters import DailyCounters
from ..model import DeviceState, HvacMode, Request
from ..planning.occupancy import Occupancy
from ..planning.overrides import NO_OVERRIDES, Overrides

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ..model import Wanted

LOWEST_TARGET: Final = 5.0
HIGHEST_TARGET: Final = 40.0
"""No room is held at a temperature outside these, °C."""

DRIVE_DELAY: Final = timedelta(minutes=10)
"""How long a running device keeps its set temperature once the thermostat is on."""

_PARTS = frozenset({"mode", "target", "fan"})
_LONGEST_NAME = 100  # of a fan speed


@dataclass(frozen=True, kw_only=True)
class SavedState:
    """The state between two decisions, and across restarts."""

    request: Request
    phase: Phase | None = None
    seen: DeviceState | None = None
    """The device as last observed; a difference to it is a change by remote control."""
    echo_due: datetime | None = None
    """Until when the device may still report an older state than `seen`."""
    lost_since: datetime | None = None
    """Since when the device has not responded; None while it does."""
    hold: Hold | None = None
    overrides: Overrides = NO_OVERRIDES
    occupancy: Occupancy = field(default_factory=Occupancy)
    counters: DailyCounters | None = None
    rest_extended: datetime | None = None
    """When lost connections began to extend the minimum off time."""

    def asking(self, now: datetime, **wanted: Unpack[Wanted]) -> SavedState:
        """Return this after the user chose a mode, a target or a fan speed."""
        return replace(self, request=self.request.asking(now, **wanted))

    def regulating(self, mode: HvacMode, now: datetime) -> SavedState:
        """Return this after the user chose a mode for the thermostat to work in."""
        request = self.request.asking(now, mode=mode)
        request = replace(request, regulate=True, power=None, drive_at=now)
        return replace(self, hold=None, request=request)

    def enabled(self, now: datetime) -> SavedState:
        """Return this after the thermostat was enabled in the mode it had.

        Enabling sends nothing: a device that runs keeps its set temperature for some
        minutes, and then until the room is beyond the band.
        """
        if self.request.regulate:
            return replace(self, hold=None)
        drive_at = now + DRIVE_DELAY
        request = replace(self.request, regulate=True, power=None, drive_at=drive_at)
        return replace(self, hold=None, request=request)

    def disabled(self) -> SavedState:
        """Return this after the thermostat was disabled; the device stays as it is."""
        request = replace(self.request, regulate=False, pending=frozenset())
        return replace(self, request=request)

    def without_hold(self) -> SavedState:
        """Return this after the user ended the hold."""
        return replace(self, hold=None)

    def powered(self, *, on: bool) -> SavedState:
        """Return this after a press of the power switch."""
        return replace(self, hold=None, request=replace(self.request, power=on))

    def switched_off(self) -> SavedState:
        """Return this after the thermostat and the device were switched off."""
        return self.disabled().powered(on=False)

    def shifted(self, step: timedelta) -> SavedState:
        """Return this after the clock was stepped, all ages unchanged."""
        request = self.request
        if request.drive_at is not None:
            request = replace(request, drive_at=request.drive_at + step)
        return replace(
            self,
            request=request,
            phase=self.phase and self.phase.shifted(step),
            hold=self.hold and self.hold.shifted(step),
            overrides=self.overrides.shifted(step),
            occupancy=self.occupancy.shifted(step),
            rest_extended=self.rest_extended and self.rest_extended + step,
        )

    def as_dict(self) -> dict[str, Any]:
        """Return this as JSON."""
        request, phase, hold, seen = self.request, self.phase, self.hold, self.seen
        return {
            "regulate": request.regulate,
            "mode": request.mode.value,
            "target": request.target,
            "fan": request.fan,
            "power": request.power,
            "pending": sorted(request.pending),
            "phase": phase and {"on": phase.on, "since": phase.since.isoformat()},
            "seen": seen
            and {
                "on": seen.on,
                "mode": seen.mode and seen.mode.value,
                "fan": seen.fan,
                "target": seen.target,
            },
            "echo_due": _text(self.echo_due),
            "lost_since": _text(self.lost_since),
            "hold": hold
            and {"since": hold.since.isoformat(), "until": hold.until.isoformat()},
            "overrides": self.overrides.as_dict(),
            "occupancy": self.occupancy.as_dict(),
            "counters": self.counters and self.counters.as_dict(),
            "rest_extended": _text(self.rest_extended),
        }

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any] | None, first: Request) -> Self:
        """Read what was stored; see `read`."""
        return cls.read(Stored(raw), first)

    @classmethod
    def read(cls, stored: Stored, first: Request) -> Self:
        """Read what was stored; ``first`` replaces what is missing or unreadable.

        Without a readable phase the minimum times start again.
        """
        return cls(
            request=_request(stored, first),
            phase=_phase(stored.child("phase")),
            seen=_seen(stored.child("seen")),
            echo_due=stored.moment("echo_due", None),
            lost_since=stored.moment("lost_since", None),
            hold=_hold(stored.child("hold")),
            overrides=Overrides.read(stored.child("overrides")),
            occupancy=Occupancy.read(stored.child("occupancy")),
            counters=DailyCounters.read(stored.child("counters")),
            rest_extended=stored.moment("rest_extended", None),
        )


class StateStore(Protocol):
    """The store of one entry."""

    async def async_load(self) -> dict[str, Any]:
        """Return what was saved last; an empty dict if nothing was."""

    async def async_save(self, data: dict[str, Any]) -> None:
        """Save at once."""

    def report_rejected(self, stored: Stored) -> None:
        """Log which parts could not be read."""


class SavedStateStore:
    """Write the state as soon as it changes: a power cut gives no notice."""

    def __init__(self, store: StateStore) -> None:
        """Initialize with the store of one entry."""
        self._store = store
        self._last: SavedState | None = None

    async def async_restore(self, first: Request) -> SavedState:
        """Return the state of the previous run, or the first one."""
        stored = Stored(await self._store.async_load())
        saved = SavedState.read(stored, first)
        self._store.report_rejected(stored)
        return saved

    async def async_save(self, saved: SavedState) -> None:
        """Save a state unless it is the one that was saved last."""
        if saved != self._last:
            await self._store.async_save(saved.as_dict())
            self._last = saved


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _truth(stored: Stored, key: str) -> bool | None:
    """Return a boolean; None if there is none that can be read."""
    value = stored.truth(key, default=False)
    return value if value is stored.truth(key, default=True) else None


def _request(stored: Stored, first: Request) -> Request:
    fan = stored.text("fan", first.fan, _LONGEST_NAME)
    return Request(
        regulate=stored.truth("regulate", first.regulate),
        mode=stored.choice("mode", HvacMode, first.mode),
        target=stored.number("target", first.target, LOWEST_TARGET, HIGHEST_TARGET),
        fan=fan,
        power=_truth(stored, "power"),
        pending=frozenset(stored.texts("pending")) & _PARTS,
    )


def _phase(stored: Stored) -> Phase | None:
    on, since = _truth(stored, "on"), stored.moment("since", None)
    return None if on is None or since is None else Phase(on=on, since=since)


def _seen(stored: Stored) -> DeviceState | None:
    if (on := _truth(stored, "on")) is None:
        return None
    return DeviceState(
        on=on,
        mode=stored.choice("mode", HvacMode, None),
        fan=stored.text("fan", None, _LONGEST_NAME),
        target=stored.number("target", None),
    )


def _hold(stored: Stored) -> Hold | None:
    since, until = stored.moment("since", None), stored.moment("until", None)
    return None if since is None or until is None else Hold(since=since, until=until)
