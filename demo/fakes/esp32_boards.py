"""ESP32 boards with a DHT22 each, which post what they measure over HTTP."""

import asyncio
import contextlib
import random
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Self

import aiohttp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# From the sensor's data sheet: resolution 0.1, noise about half of that.
_DECIMALS = 1
_NOISE = 0.04
_JITTER = 0.1  # the share by which a board's own clock and Wi-Fi make it late or early
_POST_LIMIT = aiohttp.ClientTimeout(total=5)
_SPIKE = 85.0  # what a DS18B20 reports after its supply dipped


class Trouble(StrEnum):
    """A fault of a board."""

    SILENT = "silent"
    """It lost its Wi-Fi connection."""
    FROZEN = "frozen"
    """Its sensor hangs: it repeats the last value."""
    SPIKING = "spiking"
    """Every other reading is a spike."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """The location of a board."""

    location: str
    measure: Callable[[], tuple[float, float]]
    """Return the true temperature (°C) and relative humidity (%) there."""
    offset: float = 0.0
    """How much warmer than measured its corner is."""


class FakeBoard:
    """One board; `async with` switches it on and off."""

    def __init__(
        self,
        place: Place,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        interval: float = 10.0,
        seed: int = 0,
    ) -> None:
        """Post to ``url`` about every ``interval`` seconds."""
        self.place = place
        self.url = url
        self.headers = dict(headers or {})
        self.interval = interval
        self.trouble: Trouble | None = None
        """The fault of the board; None repairs it."""
        self.answers: list[int] = []
        """The HTTP status of each post, 0 where none came."""
        self.last: dict[str, str | float] | None = None
        """The last report."""
        self._chance = random.Random(f"{place.location}{seed}")
        self._posting: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self.stop()

    async def start(self) -> None:
        """Switch it on; the first post follows at once."""
        self._posting = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Switch it off."""
        if self._posting is None:
            return
        self._posting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._posting
        self._posting = None

    async def _run(self) -> None:
        # The board's HTTP client opens a connection for each post.
        connector = aiohttp.TCPConnector(force_close=True)
        async with aiohttp.ClientSession(
            connector=connector, timeout=_POST_LIMIT
        ) as session:
            while True:
                if self.trouble is not Trouble.SILENT:
                    await self._post(session)
                late = self._chance.uniform(-_JITTER, _JITTER)
                await asyncio.sleep(self.interval * (1 + late))

    async def _post(self, session: aiohttp.ClientSession) -> None:
        if self.last is None or self.trouble is not Trouble.FROZEN:
            self.last = self._reading()
        try:
            async with session.post(
                self.url, json=self.last, headers=self.headers
            ) as answer:
                self.answers.append(answer.status)
        except aiohttp.ClientError, TimeoutError:
            self.answers.append(0)  # The board tries again after its interval.

    def _reading(self) -> dict[str, str | float]:
        temperature, humidity = self.place.measure()
        temperature += self.place.offset + self._chance.gauss(0, _NOISE)
        if self.trouble is Trouble.SPIKING and len(self.answers) % 2:
            temperature = _SPIKE
        return {
            "location": self.place.location,
            "temperature_c": round(temperature, _DECIMALS),
            "humidity_pct": round(humidity + self._chance.gauss(0, _NOISE), _DECIMALS),
        }
