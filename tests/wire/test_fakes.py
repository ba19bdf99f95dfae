"""The fakes speak as devices do: asked by clients that others wrote."""

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
import tinytuya
from aiohttp import web
from aiohttp.test_utils import TestServer

from demo.fakes.esp32_boards import FakeBoard, Place, Trouble
from demo.fakes.tuya_air_conditioner import DEVICE22, FakeAirConditioner
from demo.house import House
from demo.physics import Clock, Fan, Mode, Room
from demo.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

pytestmark = pytest.mark.usefixtures("socket_enabled")

VERSIONS = ["3.1", "3.3", "3.4", "3.5", DEVICE22]
LIMIT = 60


async def soon(look: Callable[[], bool]) -> None:
    async def seen() -> bool:
        return look()

    await eventually(seen, within=LIMIT, what="what the test expects")


class Tuya:
    """tinytuya, in a thread so that the fake is not held up."""

    def __init__(self, unit: FakeAirConditioner, version: str) -> None:
        self._device = tinytuya.Device(
            unit.device_id,
            "127.0.0.1",
            unit.local_key,
            version=3.3 if version == DEVICE22 else float(version),
            port=unit.port,
            dev_type=DEVICE22 if version == DEVICE22 else "default",
            persist=True,
            connection_timeout=2,
            connection_retry_limit=1,
            connection_retry_delay=0,
        )
        if version == DEVICE22:
            self._device.set_dpsUsed(dict.fromkeys("12345"))

    async def status(self) -> dict[str, Any]:
        return await self._ask(self._device.status)

    async def set(self, **dps: bool | int | str) -> dict[str, Any]:
        values = {name.removeprefix("dp"): value for name, value in dps.items()}
        return await self._ask(lambda: self._device.set_multiple_values(values))

    async def receive(self) -> dict[str, Any]:
        return await self._ask(self._device.receive)

    async def close(self) -> None:
        await asyncio.to_thread(self._device.close)

    async def _ask(self, what: Callable[[], Any]) -> dict[str, Any]:
        answer = await asyncio.to_thread(what)
        assert "Error" not in (answer or {}), answer
        return dict((answer or {}).get("dps", {}))


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_tuya_client_reads_and_commands_the_air_conditioner(
    version: str,
) -> None:
    house = House(room=Room(temperature=27.2))
    async with FakeAirConditioner(house, version=version) as unit:
        tuya = Tuya(unit, version)
        assert await tuya.status() == {
            "1": False,
            "2": 24,
            "3": 27,
            "4": "cold",
            "5": "low",
        }
        assert not unit.compressor

        await tuya.set(dp1=True, dp2=16, dp5="high")
        await soon(lambda: house.unit.power)
        assert (house.unit.target, house.unit.fan) == (16, Fan.HIGH)
        assert [command.dps for command in unit.commands] == [
            {"1": True, "2": 16, "5": "high"}
        ]
        assert [switched.on for switched in unit.compressor] == [True]
        assert unit.compressor[0].at == unit.commands[0].at
        assert (await tuya.status())["2"] == 16

        await tuya.set(dp1=False)
        await soon(lambda: len(unit.compressor) == 2)
        assert not unit.compressor[-1].on
        await tuya.close()


async def test_the_remote_is_pushed_to_the_client() -> None:
    house = House()
    async with FakeAirConditioner(house) as unit:
        tuya = Tuya(unit, "3.4")
        await tuya.status()
        unit.press_remote(power=True, mode=Mode.WET, target=20, fan=Fan.MID)
        assert await tuya.receive() == {"1": True, "2": 20, "4": "wet", "5": "mid"}
        assert not unit.commands
        assert unit.compressor[-1].on
        await tuya.close()


async def test_the_temperature_is_pushed_as_the_room_changes() -> None:
    house = House(room=Room(temperature=27))
    async with FakeAirConditioner(house) as unit:
        tuya = Tuya(unit, "3.4")
        await tuya.status()
        house.set_temperature(22)
        assert await tuya.receive() == {"3": 22}
        await tuya.close()


async def test_what_the_unit_does_not_know_it_does_not_do() -> None:
    house = House()
    async with FakeAirConditioner(house) as unit:
        tuya = Tuya(unit, "3.4")
        await tuya.set(dp4="turbo")
        await soon(lambda: bool(unit.commands))
        assert house.unit.mode is Mode.COLD
        assert (await tuya.status())["4"] == "cold"
        await tuya.close()


async def test_the_compressor_rests_at_the_units_own_target() -> None:
    house = House(Clock(600), Room(temperature=26))
    async with FakeAirConditioner(house) as unit:
        unit.press_remote(power=True, target=25)
        await soon(lambda: [s.on for s in unit.compressor][:3] == [True, False, True])
        assert house.unit.power


async def test_it_comes_back_at_its_old_port() -> None:
    async with FakeAirConditioner(House()) as unit:
        port = unit.port
    async with FakeAirConditioner(House(), port=port) as unit:
        tuya = Tuya(unit, "3.4")
        assert await tuya.status() == unit.dps
        await tuya.close()
        # The same one leaves and comes back.
        await unit.stop()
        await unit.start()
        assert unit.port == port
        again = Tuya(unit, "3.4")
        assert await again.status() == unit.dps
        await again.close()


class Receiver:
    """A server that takes posts as Home Assistant does."""

    def __init__(self) -> None:
        self.posts: list[dict[str, Any]] = []
        self.keys: set[str | None] = set()
        self.status = 200
        app = web.Application()
        app.router.add_post("/api/esp32_temphum", self._take)
        self.server = TestServer(app)

    async def _take(self, request: web.Request) -> web.Response:
        self.posts.append(await request.json())
        self.keys.add(request.headers.get("Authorization"))
        return web.json_response({"ok": self.status == 200}, status=self.status)

    def board(self, house: House) -> FakeBoard:
        place = Place(location="Bedroom", measure=lambda: house.indoors, offset=1.0)
        return FakeBoard(
            place,
            str(self.server.make_url("/api/esp32_temphum")),
            headers={"Authorization": "Bearer key"},
            interval=0.02,
        )

    def temperatures(self, since: int = 0) -> list[float]:
        return [post["temperature_c"] for post in self.posts[since:]]


async def with_board(
    scene: Callable[[Receiver, FakeBoard, House], Awaitable[None]],
) -> None:
    receiver, house = Receiver(), House(room=Room(temperature=25))
    async with receiver.server:
        async with receiver.board(house) as board:
            await soon(lambda: len(receiver.posts) > 2)
            await scene(receiver, board, house)
        await board.stop()  # Once more does no harm.


async def test_a_board_posts_what_its_sensor_measures() -> None:
    async def scene(receiver: Receiver, board: FakeBoard, house: House) -> None:
        post = receiver.posts[-1]
        assert set(post) == {"location", "temperature_c", "humidity_pct"}
        assert post["location"] == "Bedroom"
        assert post["temperature_c"] == pytest.approx(26, abs=0.3)
        assert post["humidity_pct"] == pytest.approx(house.room.humidity, abs=0.5)
        assert receiver.keys == {"Bearer key"}
        assert set(board.answers) == {200}
        receiver.status = 429
        await soon(lambda: board.answers[-1] == 429)

    await with_board(scene)


async def test_board_without_a_response_keeps_trying() -> None:
    async def scene(receiver: Receiver, board: FakeBoard, _house: House) -> None:
        await receiver.server.close()
        await soon(lambda: board.answers[-3:] == [0, 0, 0])

    await with_board(scene)


async def test_silent_board_reports_again() -> None:
    async def scene(receiver: Receiver, board: FakeBoard, _house: House) -> None:
        board.trouble = Trouble.SILENT
        await asyncio.sleep(0.1)  # What was under way arrives.
        received = len(receiver.posts)
        await asyncio.sleep(0.2)
        assert len(receiver.posts) == received
        board.trouble = None
        await soon(lambda: len(receiver.posts) > received)

    await with_board(scene)


async def test_a_frozen_board_repeats_itself() -> None:
    async def scene(receiver: Receiver, board: FakeBoard, house: House) -> None:
        board.trouble = Trouble.FROZEN
        house.set_temperature(30)
        await asyncio.sleep(0.1)
        since = len(receiver.posts)
        await soon(lambda: len(receiver.posts) > since + 3)
        assert len(set(receiver.temperatures(since))) == 1
        board.trouble = None
        await soon(lambda: receiver.temperatures()[-1] > 30)

    await with_board(scene)


async def test_a_spiking_board_shows_85_degrees_now_and_then() -> None:
    async def scene(receiver: Receiver, board: FakeBoard, _house: House) -> None:
        board.trouble = Trouble.SPIKING
        await soon(lambda: receiver.temperatures().count(85.0) > 1)
        assert min(receiver.temperatures()[-4:]) < 30

    await with_board(scene)
