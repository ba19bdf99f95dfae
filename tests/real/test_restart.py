"""A real Home Assistant is killed while the compressor has to rest.

What counts is what the unit itself has recorded, not what Home Assistant says.
"""

import time
from typing import TYPE_CHECKING

import pytest

from demo.demo_house import DemoHouse
from demo.kinds import air_conditioner
from demo.waiting import eventually

from ..marks import REAL_HA

if TYPE_CHECKING:
    from collections.abc import Callable

    from demo.client import Json
    from demo.fakes.tuya_air_conditioner import FakeAirConditioner

pytestmark = REAL_HA

KINDS = ("room_sensors", "air_conditioner")
# The compressor rests at least so long, and so many times as long as a start takes: a
# restart must end while it rests, on a busy machine too.
MINIMUM_OFF = 40
STARTS = 4
# The room answers a new target with the next reading or poll, a few seconds later.
SLACK = 20
# Hotter than any target that is set here, colder than no target.
COLD, WARM = 18, 31


class Home:
    """The demo house with a long rest of the compressor."""

    def __init__(self, demo: DemoHouse, rest: int) -> None:
        self.demo = demo
        self.rest = rest
        kind = demo.kinds["air_conditioner"]
        assert isinstance(kind, air_conditioner.Demo)
        self.kind = kind
        self.unit: FakeAirConditioner = kind.unit

    async def tune(self, **options: Json) -> None:
        await self.demo.client.set_options(
            self.kind.entry_id,
            self.kind.options() | {"minimum_on": 1, "poll_interval": 1} | options,
        )
        await self.demo.client.wait_for_value(self.kind.unique_id("climate"))

    async def aim_at(self, temperature: float) -> None:
        await self.demo.client.call(
            "climate.set_temperature",
            self.kind.unique_id("climate"),
            temperature=temperature,
        )

    async def reason(self) -> str | None:
        return await self.demo.client.state(self.kind.unique_id("reason"))

    async def see(self, what: str, look: Callable[[], bool], within: float) -> None:
        async def seen() -> bool:
            return look()

        await eventually(seen, within=within, what=what)

    async def compressor(self, *, on: bool) -> float:
        """Wait until it runs or rests, return since when."""
        await self.see(
            f"a compressor that is {'on' if on else 'off'}",
            lambda: bool(self.unit.compressor) and self.unit.compressor[-1].on is on,
            within=self.rest + SLACK,
        )
        return self.unit.compressor[-1].at


@pytest.mark.parametrize("way", ["power cut", "orderly stop"])
async def test_a_restart_does_not_shorten_the_rest_of_the_compressor(way: str) -> None:
    begun = time.monotonic()
    async with DemoHouse(speed=1, only=KINDS) as demo:
        rest = max(MINIMUM_OFF, round(STARTS * (time.monotonic() - begun)))
        home = Home(demo, rest)
        await home.tune(minimum_off=0)
        await home.aim_at(COLD)
        await home.compressor(on=True)
        await home.tune(minimum_off=rest)
        await home.aim_at(WARM)
        stopped = await home.compressor(on=False)
        await home.aim_at(COLD)

        async def rests() -> bool:
            return await home.reason() == "waiting_minimum_off"

        await eventually(rests, within=rest, what="a thermostat that waits")
        # What is stored with a delay of some seconds is stored by now.
        await home.see(
            "the middle of the rest",
            lambda: time.time() > stopped + rest / 4,
            within=rest,
        )

        await (demo.kill() if way == "power cut" else demo.stop())
        await demo.restart()
        assert time.time() < stopped + rest, "too slow to prove anything"

        started = await home.compressor(on=True)
        assert started >= stopped + rest
        assert started < stopped + rest + SLACK
        # And nothing happened in between that the last entry hides.
        assert [switched.on for switched in home.unit.compressor] == [True, False, True]
        assert not demo.home_assistant.complaints()
