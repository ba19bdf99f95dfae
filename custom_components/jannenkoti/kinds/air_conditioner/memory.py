"""What the thermostat must not forget: the user's intent and the compressor's phase."""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, Self

from ...lib.guard import Phase
from .model import DeviceState, Intent, Mode

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Memory:
    """The thermostat's state between two decisions, and across restarts."""

    intent: Intent
    phase: Phase | None = None
    seen: DeviceState | None = None
    """The device as last seen, so that a change by its remote is told from ours."""

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
                intent=_intent(raw), phase=_phase(raw["phase"]), seen=_seen(raw["seen"])
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
    since = datetime.fromisoformat(raw["since"])
    if since.tzinfo is None:
        raise ValueError
    return Phase(on=bool(raw["on"]), since=since)


def _seen(raw: Mapping[str, Any] | None) -> DeviceState | None:
    if raw is None:
        return None
    return DeviceState(
        on=bool(raw["on"]),
        mode=raw["mode"] and Mode(raw["mode"]),
        fan=raw["fan"],
        target=raw["target"],
    )
