"""Devices as their firmware is: MQTT out, HTTP poll in, and a schedule of their own."""

import asyncio
import contextlib
import json
import random
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self
from zoneinfo import ZoneInfo

import aiohttp
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from .dispositivos_firmware import NewFirmware, OldFirmware

if TYPE_CHECKING:
    from collections.abc import Mapping

TOPIC = "dispositivos/estado"
ZONE = ZoneInfo("Europe/Helsinki")
"""That of the demo house: devices keep their schedule by their own clock."""

_POLL = 3.0
_LIMIT = aiohttp.ClientTimeout(total=5)
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

type Value = bool | float


@dataclass(frozen=True, kw_only=True)
class Template:
    """What one sort of device is; the simulator's list."""

    prefix: str
    name: str
    type: str = "sensor"
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    whole: bool = False
    """Whether its numbers have no decimals."""


TEMPLATES = (
    Template(
        prefix="TMP0",
        name="Temperature",
        ranges={"temperatura": (15, 30), "humedad": (30, 70)},
    ),
    Template(prefix="CO20", name="CO₂", ranges={"co2_ppm": (420, 800)}, whole=True),
    Template(prefix="SMK0", name="Smoke", flags=("humo_detectado",)),
    Template(prefix="LUX0", name="Light sensor", ranges={"luz_lux": (0, 500)}),
    Template(prefix="MOV0", name="Motion", flags=("movimiento",)),
    Template(prefix="SND0", name="Noise", ranges={"db": (30, 80)}),
    Template(prefix="LGT0", name="Lights", type="actuador"),
    Template(
        prefix="FAN0",
        name="Fan",
        type="actuador",
        ranges={"velocidad": (0, 3)},
        whole=True,
    ),
    Template(prefix="SHD0", name="Blind", type="actuador"),
    Template(prefix="DRL0", name="Door", type="actuador"),
    Template(prefix="RGD0", name="Irrigation", type="actuador"),
    Template(
        prefix="CAM0",
        name="Camera",
        type="actuador",
        flags=("stream_activo", "alertas_movimiento"),
    ),
    Template(
        prefix="PLG0", name="Plug", type="actuador", ranges={"consumo_w": (0, 2000)}
    ),
)


class FakeDevice:
    """One device; `async with` switches it on and off."""

    def __init__(
        self,
        template: Template,
        broker: int,
        *,
        interval: float = 5.0,
        seed: int = 0,
        is_new: bool = False,
    ) -> None:
        """Publish to the broker at this port, with old or new firmware."""
        self.template = template
        self.interval = interval
        self.zone = ZONE
        self.base_url = ""
        """Set it to let the device ask for its configuration."""
        self.estados: list[bool] = []
        """Whether it was on, whenever that changed."""
        self.answers: list[int] = []
        """The HTTP status of each request, 0 where none came."""
        self._chance = random.Random(f"{template.prefix}{seed}")
        serial = "".join(self._chance.choices(_ALPHABET, k=8))
        self.serial = template.prefix + serial
        self._values = self._first()
        firmware = NewFirmware if is_new else OldFirmware
        self.firmware = firmware(self.serial)
        self._id: int | None = None
        self._broker = broker
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def on(self) -> bool:
        """Return what it does, whatever it reports."""
        return self.firmware.is_on(datetime.now(self.zone))

    @property
    def qr_text(self) -> str:
        """Return what stands in its QR code."""
        return json.dumps(
            {
                "serial_number": self.serial,
                "nombre": self.template.name,
                "tipo": self.template.type,
                "modelo": f"{self.template.prefix}-1",
                "configuracion": {
                    "intervalo_envio": self.interval,
                    "encendido": True,
                    "modo": "manual",
                },
            }
        )

    async def __aenter__(self) -> Self:
        """Connect and start to publish."""
        self._client.connect("127.0.0.1", self._broker)
        self._client.loop_start()
        self._tasks = [
            asyncio.create_task(self._speak()),
            asyncio.create_task(self._poll()),
        ]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Switch it off."""
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._client.disconnect()
        self._client.loop_stop()

    def publish(self, **more: Any) -> None:  # noqa: ANN401 - whatever a test makes up
        """Say how it is."""
        said = self.firmware.report(datetime.now(self.zone))
        said["parametros"] = {**self._values, **said["parametros"]}
        self._client.publish(TOPIC, json.dumps(said | more))

    async def _speak(self) -> None:
        while True:
            if self.on:
                self._values = {name: self._next(name) for name in self._values}
            self.publish()
            await asyncio.sleep(self.interval)

    # --- what it measures ------------------------------------------------------------

    def _first(self) -> dict[str, Value]:
        template = self.template
        values: dict[str, Value] = dict.fromkeys(template.flags, False)
        for name, (low, high) in template.ranges.items():
            values[name] = self._rounded(self._chance.uniform(low, high))
        return values

    def _next(self, name: str) -> Value:
        limits = self.template.ranges.get(name)
        if limits is None:
            return self._chance.random() < 0.1  # noqa: PLR2004  # now and then
        low, high = limits
        reach = (high - low) / 20
        wandered = self._values[name] + self._chance.uniform(-reach, reach)
        return self._rounded(min(max(wandered, low), high))

    def _rounded(self, value: float) -> float:
        return round(value) if self.template.whole else round(value, 1)

    # --- configuration ---------------------------------------------------------------

    async def _poll(self) -> None:
        async with aiohttp.ClientSession(timeout=_LIMIT) as session:
            while True:
                if self.base_url:
                    with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                        await self._ask(session)
                await asyncio.sleep(_POLL)

    async def _ask(self, session: aiohttp.ClientSession) -> None:
        if self._id is None:
            listed = await self._get(session, "/dispositivos") or []
            self._id = next(
                (d["id"] for d in listed if d["serial_number"] == self.serial), None
            )
        if self._id is not None:
            device = await self._get(session, f"/dispositivos/{self._id}")
            if device is not None:
                await self._obey(session, device["configuracion"])

    async def _get(self, session: aiohttp.ClientSession, path: str) -> Any:  # noqa: ANN401
        async with session.get(self.base_url + path) as response:
            self.answers.append(response.status)
            return await response.json() if response.ok else None

    async def _obey(
        self, session: aiohttp.ClientSession, received: dict[str, Any]
    ) -> None:
        """Do as the firmware does with its configuration."""
        now = datetime.now(self.zone)
        before = self.on
        self.firmware.obey(received, now)
        if (body := self.firmware.sent) is not None:
            url = f"{self.base_url}/dispositivos/{self._id}"
            async with session.put(url, json=body) as response:
                self.answers.append(response.status)
        if self.on is not before:
            self.estados.append(self.on)
        self.interval = max(float(received.get("intervalo_envio", self.interval)), 0.5)
