"""Count the energy of the heating and of the house, by hour and day."""

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from ....lib.stored import Stored

HOURS: Final = 24

LONGEST_STEP: Final = timedelta(minutes=2)
"""A longer gap was a pause of the machine; nothing is known of it."""

_DAYLIGHT: Final = 200.0
"""Wh; with less, measured by forecast production says nothing."""
_ENOUGH_HOURS: Final = 4
_LEAST_SUN: Final = 0.2
_MOST_SUN: Final = 2.0

_HOUR: Final = timedelta(hours=1)
_KILO: Final = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Powers that held for a time, in W; None where nothing is known."""

    heating: float
    surplus: float
    """The part of the heating that used surplus."""
    production: float | None
    consumption: float | None
    """What the house consumes, the heating included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """The energy of an hour, kWh."""

    start: datetime
    """UTC."""
    heating: float = 0.0
    surplus: float = 0.0
    production: float = 0.0
    consumption: float = 0.0


@dataclass(slots=True)
class Energy:
    """The energy since the entry was added, and of the last 24 hours."""

    heated: float = 0.0
    """kWh."""
    surplus: float = 0.0
    """kWh of it that used surplus."""
    hours: deque[Hour] = field(default_factory=lambda: deque(maxlen=HOURS))

    def add(self, flow: Flow, start: datetime, end: datetime) -> None:
        """Add powers that held between two times (UTC); steps of the clock count 0."""
        if not timedelta() < end - start <= LONGEST_STEP:
            return
        hours = (end - start) / _HOUR / _KILO
        self.heated += flow.heating * hours
        self.surplus += flow.surplus * hours
        hour = self._hour(start)
        self.hours[-1] = replace(
            hour,
            heating=hour.heating + flow.heating * hours,
            surplus=hour.surplus + flow.surplus * hours,
            production=hour.production + max(flow.production or 0.0, 0.0) * hours,
            consumption=hour.consumption + max(flow.consumption or 0.0, 0.0) * hours,
        )

    def _hour(self, at: datetime) -> Hour:
        """Return the hour of a time, which becomes the last one."""
        start = at.replace(minute=0, second=0, microsecond=0)
        if not self.hours or self.hours[-1].start < start:
            self.hours.append(Hour(start=start))
        return self.hours[-1]

    def load_by_hour(self, zone: tzinfo) -> list[float | None]:
        """Return what the house consumed besides the heating (W), by local hour.

        Of the last 24 hours; the current hour is not over yet.
        """
        load: list[float | None] = [None] * HOURS
        for hour in list(self.hours)[:-1]:
            rest = max(hour.consumption - hour.heating, 0.0) * _KILO
            load[hour.start.astimezone(zone).hour] = rest
        return load

    def sun_now(
        self, forecast: Mapping[datetime, float], now: datetime
    ) -> tuple[datetime, float] | None:
        """Return when this was measured, and measured by forecast production (Wh).

        Of this hour and the one before; None at night and without a measurement.
        """
        start = now.replace(minute=0, second=0, microsecond=0)
        shares = {start: (now - start) / _HOUR, start - _HOUR: 1.0}
        expected = sum(
            max(forecast.get(at, 0.0), 0.0) * share for at, share in shares.items()
        )
        known = [hour for hour in self.hours if hour.start in shares]
        measured = sum(hour.production for hour in known) * _KILO
        if expected < _DAYLIGHT or len(known) < len(shares):
            return None
        if not measured:
            return None
        return now, min(max(measured / expected, _LEAST_SUN), _MOST_SUN)

    def forecast_error(self, forecast: Mapping[datetime, float]) -> float | None:
        """Return the share by which a forecast was wrong in the last 24 hours.

        None without enough hours of daylight that are over and were forecast.
        """
        pairs = [
            (hour.production * _KILO, expected)
            for hour in list(self.hours)[:-1]
            if (expected := forecast.get(hour.start, 0.0)) >= _DAYLIGHT
        ]
        if len(pairs) < _ENOUGH_HOURS:
            return None
        wrong = sum(abs(measured - expected) for measured, expected in pairs)
        return wrong / sum(expected for _, expected in pairs)

    def as_dict(self) -> dict[str, Any]:
        """Return what is stored."""
        return {
            "heated": self.heated,
            "surplus": self.surplus,
            "hours": [
                {
                    "start": hour.start.isoformat(),
                    "heating": hour.heating,
                    "surplus": hour.surplus,
                    "production": hour.production,
                    "consumption": hour.consumption,
                }
                for hour in self.hours
            ],
        }

    @classmethod
    def restore(cls, stored: Stored, now: datetime) -> Energy:
        """Return what was stored; hours of the future and old ones are left out."""
        hours = [
            Hour(
                start=start,
                heating=row.number("heating", 0.0, 0.0, _MOST),
                surplus=row.number("surplus", 0.0, 0.0, _MOST),
                production=row.number("production", 0.0, 0.0, _MOST),
                consumption=row.number("consumption", 0.0, 0.0, _MOST),
            )
            for row in stored.children("hours")
            if (start := row.moment("start", None)) is not None
            and now - HOURS * _HOUR - _HOUR < start <= now
        ]
        heated = stored.number("heated", 0.0, 0.0, _MOST)
        energy = cls(
            heated=heated,
            surplus=min(stored.number("surplus", 0.0, 0.0, _MOST), heated),
        )
        energy.hours.extend(sorted(hours, key=lambda hour: hour.start)[-HOURS:])
        return energy


_MOST: Final = 1e9
"""kWh; more is no energy of a home."""
