"""What the thermostat must not forget: the user's intent and the compressor's phase."""

import math
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol, Self

from ...lib.guard import Phase
from ...lib.hold import Hold
from .model import DeviceState, Intent, Mode
from .tally import Tally

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Memory:
    """The thermostat's state between two decisions, and across restarts."""

    intent: Intent
    phase: Phase | None = None
    seen: DeviceState | None = None
    """The device as last seen, so that a change by its remote is told from ours."""
    echo_due: datetime | None = None
    """Until when the device may still tell an older state than the one last seen."""
    lost_since: datetime | None = None
    """Since when the device has not answered; None while it does."""
    hold: Hold | None = None
    tally: Tally | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return this as JSON."""
        return {
            "regulate": self.intent.regulate,
            "mode": self.intent.mode.value,
            "target": self.intent.target,
            "fan": self.intent.fan,
            "power": self.intent.power,
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
            "tally": None
            if self.tally is None
            else {
                "day": self.tally.day.isoformat(),
                "commands": self.tally.commands,
                "starts": self.tally.starts,
            },
        }

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any] | None, first: Intent) -> Self:
        """Read what was stored; ``first`` stands in where there is nothing usable.

        A damaged phase is forgotten, which makes the compressor wait from now on.
        """
        if raw is None:
            return cls(intent=first)
        try:
            return cls(
                intent=_intent(raw),
                phase=_phase(raw["phase"]),
                seen=_seen(raw["seen"]),
                echo_due=raw["echo_due"] and _instant(raw["echo_due"]),
                lost_since=raw["lost_since"] and _instant(raw["lost_since"]),
                hold=_hold(raw["hold"]),
                tally=_tally(raw["tally"]),
            )
        except KeyError, TypeError, ValueError:
            return cls(intent=first)


class JsonStore(Protocol):
    """Where a memory is kept between runs."""

    async def async_load(self) -> dict[str, Any] | None:
        """Return what was saved last."""

    async def async_save(self, data: dict[str, Any]) -> None:
        """Save at once."""


class Keeper:
    """Writes a memory down as soon as it has changed, for power cuts give no notice."""

    def __init__(self, store: JsonStore) -> None:
        """Use a store that belongs to one entry."""
        self._store = store
        self._kept: Memory | None = None

    async def async_recall(self, first: Intent) -> Memory:
        """Return the memory of the last run, or that of a user without any wish."""
        return Memory.from_dict(await self._store.async_load(), first)

    async def async_keep(self, memory: Memory) -> None:
        """Save a memory unless it is the one that was saved last."""
        if memory != self._kept:
            await self._store.async_save(memory.as_dict())
            self._kept = memory


def _intent(raw: Mapping[str, Any]) -> Intent:
    target = float(raw["target"])
    if not math.isfinite(target):
        raise ValueError
    return Intent(
        regulate=bool(raw["regulate"]),
        mode=Mode(raw["mode"]),
        target=target,
        fan=raw["fan"],
        power=raw["power"],
    )


def _phase(raw: Mapping[str, Any] | None) -> Phase | None:
    if raw is None:
        return None
    return Phase(on=bool(raw["on"]), since=_instant(raw["since"]))


def _seen(raw: Mapping[str, Any] | None) -> DeviceState | None:
    if raw is None:
        return None
    return DeviceState(
        on=bool(raw["on"]),
        mode=raw["mode"] and Mode(raw["mode"]),
        fan=raw["fan"],
        target=raw["target"],
    )


def _hold(raw: Mapping[str, Any] | None) -> Hold | None:
    if raw is None:
        return None
    return Hold(since=_instant(raw["since"]), until=_instant(raw["until"]))


def _tally(raw: Mapping[str, Any] | None) -> Tally | None:
    if raw is None:
        return None
    return Tally(
        day=date.fromisoformat(raw["day"]),
        commands=int(raw["commands"]),
        starts=int(raw["starts"]),
    )


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError
    return instant
