"""A Home Assistant without an entry of ours, and the devices that wait to be added."""

import shutil
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Self

from demo.client import Client, User
from demo.demo_house import merged
from demo.fakes.dispositivos import TEMPLATES, FakeDevice
from demo.fakes.esp32_camera import FakeCamera
from demo.fakes.hue_bridge import FakeHueBridge
from demo.fakes.mosquitto import Broker
from demo.fakes.printer import FakePrinter
from demo.fakes.tlink_cloud import FakeTlinkCloud
from demo.fakes.tlink_devices import FakeDevice as TlinkDevice
from demo.fakes.tlink_devices import FakeSensor
from demo.fakes.tuya_air_conditioner import FakeAirConditioner
from demo.home_assistant import HomeAssistant
from demo.house import House
from demo.kinds import all_kinds
from demo.physics import Fan, Unit
from demo.waiting import eventually

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

_ANSWER_LIMIT = 300
# The roof makes more power than the house needs, and the water is not warm yet.
_HELPERS = {
    "heating_grid": -3000.0,
    "heating_pv": 4000.0,
    "heating_boiler": 41.0,
    "heating_buffer": 36.0,
}
_VALVE = "RGD0"
_LAYERS, _LAYER = 400, 2.0
_REPORT_INTERVAL = 2.0


def _level() -> FakeSensor:
    """Return the oil level of a tank."""
    return FakeSensor(55001, "Oil level", 1, "mm", 1, measure=lambda: 1380.0)


class EmptyHouse:
    """The house of a new user; `async with` builds it and removes all of it.

    Helpers stand for what other integrations provide: meters, relays, lamps, a phone.
    """

    def __init__(self) -> None:
        """Initialize a house whose clock runs as fast as ours."""
        self.user = User()
        self.house = House()
        self._stack = AsyncExitStack()
        self.house.set_unit(Unit(fan=Fan.AUTO, target=24))
        self.unit = FakeAirConditioner(self.house)
        self.broker = Broker()
        self.cloud = FakeTlinkCloud(
            [TlinkDevice(4711, "Tank room", "AB12CD34EF", [_level()])],
            interval=_REPORT_INTERVAL,
        )
        self.camera = FakeCamera()
        self.bridge = FakeHueBridge()
        self.printer = FakePrinter()
        self.interval = _REPORT_INTERVAL

    async def __aenter__(self) -> Self:
        """Start everything at once; if that fails, remove what exists."""
        async with AsyncExitStack() as stack:
            await self._build(stack)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop Home Assistant first, then the devices, and delete the folder."""
        await self._stack.aclose()

    async def _build(self, stack: AsyncExitStack) -> None:
        folder = Path(tempfile.mkdtemp(prefix="jannenkoti-walk-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        self.home_assistant = HomeAssistant(
            folder / "config",
            configuration=merged(kind.configuration for kind in all_kinds().values()),
        )
        self.client = await stack.enter_async_context(Client(self.home_assistant.base))
        self._devices = await stack.enter_async_context(AsyncExitStack())
        stack.push_async_callback(self._stop)
        await self.home_assistant.start()
        for device in (
            *(self.unit, self.broker, self.cloud, self.camera),
            *(self.bridge, self.printer),
        ):
            await self._devices.enter_async_context(device)
        self.valve = FakeDevice(
            next(each for each in TEMPLATES if each.prefix == _VALVE),
            self.broker.port,
            interval=_REPORT_INTERVAL,
        )
        await self._wait_for_answer()
        await self.client.onboard(self.user)
        await self.client.wait_until_running()
        await self._furnish()
        self.printer.print_by_itself(layers=_LAYERS, seconds=_LAYER)

    async def _furnish(self) -> None:
        """Set what the helpers measure, and turn a lamp on."""
        for key, value in _HELPERS.items():
            await self.client.post(
                "/api/services/input_number/set_value",
                {"entity_id": f"input_number.{key}", "value": value},
            )

    async def _wait_for_answer(self) -> None:
        async def answers() -> bool:
            self.home_assistant.check()
            return await self.client.answers()

        await eventually(answers, within=_ANSWER_LIMIT, what="Home Assistant's answer")

    async def switch_on(self, device: AbstractAsyncContextManager[object]) -> None:
        """Switch on a device that has its base URL."""
        await self._devices.enter_async_context(device)

    async def _stop(self) -> None:
        await self.client.disconnect()
        await self.home_assistant.stop()
