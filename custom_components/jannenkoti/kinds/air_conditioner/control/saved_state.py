"""What the thermostat must not forget: the user's intent and the compressor's phase."""

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol, Self

from ....lib.guard import Phase
from ....lib.hold import Hold
from ..insight.daily_counters import DailyCounters
from ..model import DeviceState, HvacMode, Request
from ..planning.occupancy import Occupancy
from ..planning.overrides import NO_OVERRIDES, Overrides, instant

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta


@dataclass(frozen=True, kw_only=True)
class SavedState:
    """The thermostat's state between two decisions, and across restarts."""

    request: Request
    phase: Phase | None = None
    seen: DeviceState | None = None
    """The device as last seen, so that a change by its remote is told from ours."""
    echo_due: datetime | None = None
    """Until when the device may still tell an older state than the one last seen."""
    lost_since: datetime | None = None
    """Since when the device has not answered; None while it does."""
    hold: Hold | None = None
    overrides: Overrides = NO_OVERRIDES
    occupancy: Occupancy = field(default_factory=Occupancy)
    counters: DailyCounters | None = None

    def regulated(self, mode: HvacMode) -> SavedState:
        """Return this after somebody has let the thermostat work in a mode."""
        drive = not self.request.regulate
        request = replace(
            self.request, regulate=True, mode=mode, power=None, drive=drive
        )
        return replace(self, hold=None, request=request)

    def powered(self, *, on: bool) -> SavedState:
        """Return this after somebody has pressed the power switch."""
        return replace(self, hold=None, request=replace(self.request, power=on))

    def shifted(self, step: timedelta) -> SavedState:
        """Return this after the clock was stepped, all ages unchanged."""
        return replace(
            self,
            phase=self.phase and self.phase.shifted(step),
            hold=self.hold and self.hold.shifted(step),
            overrides=self.overrides.shifted(step),
            occupancy=self.occupancy.shifted(step),
        )

    def as_dict(self) -> dict[str, Any]:
        """Return this as JSON."""
        return {
            "regulate": self.request.regulate,
            "mode": self.request.mode.value,
            "target": self.request.target,
            "fan": self.request.fan,
            "power": self.request.power,
            "phase": None
            if self.phase is None
            else {"on": self.phase.on, "since": self.phase.since.isoformat()},
            "seen": None
            if self.seen is None
            else {
                "on": self.seen.on,
                "mode": self.seen.mode and self.seen.mode.value,
                "fan": self.seen.fan,
                "target": self.seen.target,
            },
            "echo_due": self.echo_due and self.echo_due.isoformat(),
            "lost_since": self.lost_since and self.lost_since.isoformat(),
            "hold": None
            if self.hold is None
            else {
                "since": self.hold.since.isoformat(),
                "until": self.hold.until.isoformat(),
            },
            "overrides": self.overrides.as_dict(),
            "occupancy": self.occupancy.as_dict(),
            "counters": self.counters and self.counters.as_dict(),
        }

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any] | None, first: Request) -> Self:
        """Read what was stored; ``first`` stands in where there is nothing usable.

        A damaged phase is forgotten, which makes the compressor wait from now on.
        """
        if raw is None:
            return cls(request=first)
        try:
            return cls(
                request=_request(raw),
                phase=_phase(raw["phase"]),
                seen=_seen(raw["seen"]),
                echo_due=raw["echo_due"] and instant(raw["echo_due"]),
                lost_since=raw["lost_since"] and instant(raw["lost_since"]),
                hold=_hold(raw["hold"]),
                # Unknown to memories of the first version.
                overrides=Overrides.from_dict(raw.get("overrides", {})),
                occupancy=_occupancy(raw.get("occupancy")),
                counters=_counters(raw["counters"]),
            )
        except AttributeError, KeyError, TypeError, ValueError:
            return cls(request=first)


class JsonStore(Protocol):
    """Where a memory is kept between runs."""

    async def async_load(self) -> dict[str, Any] | None:
        """Return what was saved last."""

    async def async_save(self, data: dict[str, Any]) -> None:
        """Save at once."""


class SavedStateStore:
    """Writes a memory down as soon as it has changed, for power cuts give no notice."""

    def __init__(self, store: JsonStore) -> None:
        """Use a store that belongs to one entry."""
        self._store = store
        self._kept: SavedState | None = None

    async def async_recall(self, first: Request) -> SavedState:
        """Return the memory of the last run, or that of a user without any wish."""
        return SavedState.from_dict(await self._store.async_load() or None, first)

    async def async_keep(self, saved: SavedState) -> None:
        """Save a memory unless it is the one that was saved last."""
        if saved != self._kept:
            await self._store.async_save(saved.as_dict())
            self._kept = saved


def _request(raw: Mapping[str, Any]) -> Request:
    target = float(raw["target"])
    if not math.isfinite(target):
        raise ValueError
    return Request(
        regulate=bool(raw["regulate"]),
        mode=HvacMode(raw["mode"]),
        target=target,
        fan=raw["fan"],
        power=raw["power"],
    )


def _phase(raw: Mapping[str, Any] | None) -> Phase | None:
    if raw is None:
        return None
    return Phase(on=bool(raw["on"]), since=instant(raw["since"]))


def _seen(raw: Mapping[str, Any] | None) -> DeviceState | None:
    if raw is None:
        return None
    return DeviceState(
        on=bool(raw["on"]),
        mode=raw["mode"] and HvacMode(raw["mode"]),
        fan=raw["fan"],
        target=raw["target"],
    )


def _hold(raw: Mapping[str, Any] | None) -> Hold | None:
    if raw is None:
        return None
    return Hold(since=instant(raw["since"]), until=instant(raw["until"]))


def _occupancy(raw: Mapping[str, Any] | None) -> Occupancy:
    return Occupancy() if raw is None else Occupancy.from_dict(raw)


def _counters(raw: Mapping[str, Any] | None) -> DailyCounters | None:
    if raw is None:
        return None
    return DailyCounters.from_dict(raw)
