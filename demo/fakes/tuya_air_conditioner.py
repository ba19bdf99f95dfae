"""An air conditioner on the local network, as Tuya's protocol 3.1 to 3.5 shows it.

The protocol is that of `tuya_device.py`. This module adds what stands behind it: the
usual data points, the physics of the house, and a record of all that happened.
"""

import asyncio
import contextlib
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self, override

from demo.physics import Fan, Mode

from .tuya_device import Manners, TuyaDevice

if TYPE_CHECKING:
    from collections.abc import Callable

    from demo.house import House

type Value = bool | int | str

DEVICE22 = "device22"
_DEVICE22_VERSION = "3.3"

POWER, TARGET, CURRENT, MODE, FAN = "1", "2", "3", "4", "5"

# A real unit reads its own sensor every few seconds; the demo's clock may be fast.
_TICK = 0.25

# The thread ends as soon as it is woken; one that does not is a defect.
_STOP_LIMIT = 10


@dataclass(frozen=True, kw_only=True)
class Command:
    """What a client wrote."""

    at: float
    """Unix time."""
    dps: dict[str, Value]


@dataclass(frozen=True, kw_only=True)
class Switched:
    """The compressor started or stopped."""

    at: float
    """Unix time."""
    on: bool


class _Datapoints(dict[str, Any]):
    """The values that are served; reports what clients write into them."""

    def __init__(
        self, values: dict[str, Value], written: Callable[[Command], None]
    ) -> None:
        super().__init__(values)
        self._written = written

    @override
    def update(self, *args: Any, **kwargs: Any) -> None:
        dps = dict(*args, **kwargs)
        super().update(dps)
        self._written(Command(at=time.time(), dps=dps))


class FakeAirConditioner:
    """One unit in the house; `async with` starts and stops it."""

    def __init__(
        self,
        house: House,
        *,
        version: str = "3.4",
        port: int = 0,
        device_id: str = "bf0123456789abcdefghij",
        local_key: str = "demohouse.key.01",
        manners: Manners | None = None,
    ) -> None:
        """Be set up but not on the network yet; port 0 takes a free one.

        The version is that of the protocol, or "device22" for the devices that answer
        only for the data points that they are asked for.
        """
        self.manners = manners or Manners()
        """How it answers; may be changed while it runs."""
        self.house = house
        self.device_id = device_id
        self.local_key = local_key
        self.commands: list[Command] = []
        """What clients wrote, oldest first."""
        self.compressor: list[Switched] = []
        """Starts and stops of the compressor, oldest first."""
        self._version = version
        self._port = port
        self._mock = self._new_mock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ticking: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        """Return the port; known once it is started."""
        port: int = self._mock.port
        return port

    @property
    def dps(self) -> dict[str, Value]:
        """Return the data points as a client would read them."""
        return dict(self._mock.dps)

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self.stop()

    async def start(self) -> None:
        """Come on the network, unless it is there."""
        if self._ticking is not None:
            return
        self._loop = asyncio.get_running_loop()
        # One that was stopped cannot be started again.
        self._mock = self._new_mock()
        self._mock.config.dps = _Datapoints(self._shown(), self._received)
        self._port = self._mock.start()
        self._ticking = asyncio.create_task(self._tick())

    async def stop(self) -> None:
        """Leave the network, with nothing left behind."""
        if self._ticking is None:
            return
        self._ticking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._ticking
        self._ticking = None
        async with asyncio.timeout(_STOP_LIMIT):
            await asyncio.to_thread(self._mock.stop)

    def _new_mock(self) -> TuyaDevice:
        return TuyaDevice(
            self.local_key,
            version=_DEVICE22_VERSION if self._version == DEVICE22 else self._version,
            dev22=self._version == DEVICE22,
            port=self._port,
            gw_id=self.device_id,
            manners=self.manners,
        )

    def press_remote(
        self,
        *,
        power: bool | None = None,
        mode: Mode | None = None,
        target: int | None = None,
        fan: Fan | None = None,
    ) -> None:
        """Change it by the remote control; the client receives a status."""
        pressed = {POWER: power, MODE: mode, TARGET: target, FAN: fan}
        self._apply({dp: v for dp, v in pressed.items() if v is not None}, time.time())

    def _received(self, command: Command) -> None:
        """Take a write; called in the thread of the device."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._obey, command)

    def _obey(self, command: Command) -> None:
        self.commands.append(command)
        self._apply(command.dps, command.at)

    def _apply(self, dps: dict[str, Value], at: float) -> None:
        unit = self.house.unit
        # A real unit ignores what it does not understand and shows what it does.
        with contextlib.suppress(ValueError):
            unit = replace(
                unit,
                power=bool(dps.get(POWER, unit.power)),
                mode=Mode(str(dps.get(MODE, unit.mode))),
                target=int(dps.get(TARGET, unit.target)),
                fan=Fan(str(dps.get(FAN, unit.fan))),
            )
        self.house.set_unit(unit)
        self._look(at)

    async def _tick(self) -> None:
        while True:
            self._look(time.time())
            await asyncio.sleep(_TICK)

    def _look(self, at: float) -> None:
        """Record the compressor's state and push what changed."""
        running = self.house.room.compressor
        if running is not (self.compressor[-1].on if self.compressor else False):
            self.compressor.append(Switched(at=at, on=running))
        shown = self._shown()
        served = self._mock.dps
        changed = {dp: v for dp, v in shown.items() if served[dp] != v}
        if changed:
            dict.update(served, changed)  # Past the record: this is no command.
            self._mock.push(changed)

    def _shown(self) -> dict[str, Value]:
        unit = self.house.unit
        return {
            POWER: unit.power,
            TARGET: unit.target,
            CURRENT: round(self.house.room.temperature),
            MODE: unit.mode.value,
            FAN: unit.fan.value,
        }
