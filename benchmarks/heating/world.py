"""Days with random weather, prices and draw-offs, and what is known of them."""

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from custom_components.jannenkoti.kinds.heating.inputs.prices import PriceSlot, Tariff
from custom_components.jannenkoti.kinds.heating.planning.build import Outlook
from custom_components.jannenkoti.kinds.heating.planning.curve import (
    PriceCurve,
    TypicalWeek,
)
from demo.heating_house import MIDNIGHT
from demo.heating_physics import COLD, WATER, WaterTank, drawn, load, production

if TYPE_CHECKING:
    import random

QUARTER, HOUR, DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)
FEED_IN = 0.08
FLOOR, TARGET, SURPLUS_TARGET = 40.0, 50.0, 60.0
WATTS, STAGES = 2000.0, 3
MINUTE = 60.0

_USED_AT = 50.0
"""°C; the draw-offs are the heat of so much water at this temperature."""
_USUAL_DRAW = 0.9
_DIPS = 0.15
"""The share of days with an hour of negative prices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """One day."""

    peak: float
    clouds: float
    forecast: float
    """The clouds that the forecast of the day has."""
    draw: float
    prices: tuple[float, ...]
    """By quarter of an hour."""


@dataclass(frozen=True, kw_only=True)
class World:
    """Some days in a row; the same for all that heat in them."""

    days: tuple[Weather, ...]
    lost_prices: frozenset[int] = frozenset()
    """Days whose prices are published nowhere."""
    lost_forecast: frozenset[int] = frozenset()
    published: timedelta = timedelta(hours=13)
    """After midnight, tomorrow's prices are known."""

    @classmethod
    def by_chance(cls, chance: random.Random, count: int) -> World:
        """Return days of any season, with a further one for the plan's view."""
        return cls(days=tuple(_weather(chance) for _ in range(count + 1)))

    def as_forecast(self) -> World:
        """Return days that are known: forecast, draw-offs and tomorrow's prices."""
        days = (
            replace(day, forecast=day.clouds, draw=_USUAL_DRAW) for day in self.days
        )
        return replace(self, days=tuple(days), published=timedelta())

    def day(self, at: float) -> Weather:
        """Return the day of a time (s)."""
        return self.days[min(int(at // 86_400), len(self.days) - 1)]

    def pv(self, at: float) -> float:
        """Return the power of the PV system (W)."""
        day = self.day(at)
        return production(at, day.peak, day.clouds)

    def surplus(self, at: float) -> float:
        """Return what would be exported without heating (W)."""
        return self.pv(at) - load(at)

    def price(self, at: float) -> float:
        """Return the price per kWh."""
        return self.day(at).prices[int(at % 86_400 // 900)]

    def heat(self, at: float, seconds: float) -> float:
        """Return the heat (Wh) that is drawn from a time on."""
        liters = drawn(at, seconds, self.day(at).draw)
        return liters * WATER * (_USED_AT - COLD)

    def water(self, tank: WaterTank, at: float, seconds: float) -> float:
        """Return the hot water (L) with that heat: less of it from a hotter tank."""
        return self.heat(at, seconds) / (WATER * max(tank.temperature - COLD, 1.0))

    def forecast(self, at: float) -> float:
        """Return the power of the PV system (W) that the forecast has for an hour."""
        start = MIDNIGHT + timedelta(seconds=at - at % 3600)
        return self._forecast[start]

    def outlook(self, now: datetime, typical: TypicalWeek) -> Outlook:
        """Return what is known at a time: no minute of the sun, no draw-off."""
        today = int((now - MIDNIGHT) / DAY)
        known = today + 1 + (now - MIDNIGHT - today * DAY >= self.published)
        days = range(max(today - 1, 0), min(known, len(self.days)))
        slots = [
            slot
            for day in days
            if day not in self.lost_prices
            for slot in self._slots[day]
        ]
        curve = PriceCurve()
        curve.slots = slots
        forecast = {} if today in self.lost_forecast else self._forecast
        return Outlook(
            curve=curve,
            typical=typical,
            tariff=Tariff(feed_in=FEED_IN),
            zone=UTC,
            pv=forecast,
            pv_limit=10_000.0,
            load=USUAL_LOAD,
        )

    @cached_property
    def _slots(self) -> list[list[PriceSlot]]:
        """The price slots of each day."""
        return [
            [
                PriceSlot(at, at + QUARTER, price)
                for number, price in enumerate(day.prices)
                for at in (MIDNIGHT + place * DAY + number * QUARTER,)
            ]
            for place, day in enumerate(self.days)
        ]

    @cached_property
    def _forecast(self) -> dict[datetime, float]:
        """The forecast of each hour, Wh."""
        found = {}
        for place, day in enumerate(self.days):
            for hour in range(24):
                begin = place * 86_400 + hour * 3600
                powers = [
                    production(begin + minute * MINUTE, day.peak, day.forecast)
                    for minute in range(0, 60, 5)
                ]
                at = MIDNIGHT + timedelta(seconds=begin)
                found[at] = sum(powers) / len(powers)
        return found


USUAL_LOAD = tuple(
    sum(load(hour * 3600 + minute * MINUTE) for minute in range(60)) / 60
    for hour in range(24)
)
"""W of the house, by hour."""

USUAL_DRAWS = tuple(
    sum(
        drawn(hour * 3600 + minute * MINUTE, MINUTE, _USUAL_DRAW)
        for minute in range(60)
    )
    * WATER
    * (_USED_AT - COLD)
    for hour in range(24)
)
"""Wh of hot water on a usual day, by hour."""


def _weather(chance: random.Random) -> Weather:
    """Return a day with two price peaks, noise, and sometimes a negative hour."""
    # With fees and taxes, so that the total is seldom below what an export pays.
    level, swing = chance.uniform(0.2, 0.4), chance.uniform(0.05, 0.15)
    clouds = chance.random()
    dip = chance.randrange(24) if chance.random() < _DIPS else -1
    prices = []
    for number in range(96):
        hour = number / 4
        price = level + swing * math.sin((hour - 4) / 24 * 4 * math.pi)
        price += chance.gauss(0, 0.02)
        prices.append(-0.05 if int(hour) == dip else price)
    return Weather(
        peak=chance.uniform(500, 8000),
        clouds=clouds,
        forecast=min(max(clouds + chance.gauss(0, 0.15), 0.0), 1.0),
        draw=chance.uniform(0.7, 1.1),
        prices=tuple(prices),
    )
