"""A real broker, a real Home Assistant, and devices that behave as their firmware does.

Discovery, a claim by the text of a QR code, manual on and off, the edge of a schedule,
a hold, a restart, and letting go: what counts is what the device itself does.
"""

from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from demo.client import Client, CommandError, User
from demo.fakes.dispositivos import TEMPLATES, TOPIC, ZONE, FakeDevice
from demo.fakes.mosquitto import Broker
from demo.home_assistant import HomeAssistant
from demo.waiting import eventually

from ..marks import NEEDS_BROKER, REAL_HA

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

pytestmark = [*REAL_HA, NEEDS_BROKER]

START = 90
# A poll, an interval, and a busy machine.
LIMIT = 60
# The edge of a schedule is at a full minute.
EDGE = 60 + LIMIT

TEMPLATE = {template.prefix: template for template in TEMPLATES}


async def see(look: Callable[[], bool], what: str, within: float = LIMIT) -> None:
    """Wait until something is so."""

    async def seen() -> bool:
        return look()

    await eventually(seen, within=within, what=what)


class Home:
    """A Home Assistant with a broker and an entry for its devices."""

    def __init__(self, home_assistant: HomeAssistant, client: Client) -> None:
        self.home_assistant = home_assistant
        self.client = client
        self.entry_id = ""
        self.base_url = ""

    async def start(self) -> None:
        """Start Home Assistant."""
        await self.home_assistant.start()
        await eventually(self.client.answers, within=START, what="an answer")

    async def restart(self) -> None:
        """Stop it in order and start it again."""
        await self.client.disconnect()
        await self.home_assistant.stop()
        await self.start()
        await self.client.wait_until_running()

    async def add_entry(self, broker: int) -> None:
        """Set the broker and the entry up."""
        await self.client.onboard(User())
        await self.client.wait_until_running()
        await self.client.add_broker(broker)
        form = await self.client.start_flow("mqtt_devices")
        answers = {"name": "Garden", "topic": TOPIC}
        form = await self.client.answer_flow(form, answers)
        self.base_url = form["description_placeholders"]["base_url"]
        done = await self.client.answer_flow(form, {})
        self.entry_id = done["result"]["entry_id"]

    async def state(self, device: FakeDevice, key: str) -> str | None:
        """Return the state of an entity of a device."""
        return await self.client.state(f"_{device.serial}_{key}")

    async def call(
        self, action: str, device: FakeDevice, key: str, **data: str
    ) -> None:
        """Perform an action on an entity of a device."""
        await self.client.call(action, f"_{device.serial}_{key}", **data)

    async def shows(self, device: FakeDevice, key: str, state: str | None) -> None:
        """Wait until an entity has a state."""

        async def seen() -> bool:
            return await self.state(device, key) == state

        await eventually(seen, within=LIMIT, what=f"{key} to be {state}")

    async def obeys(self, device: FakeDevice, *, on: bool, within: int = LIMIT) -> None:
        """Wait until the device itself is on or off."""
        await see(lambda: device.on is on, f"a device that is {on}", within)


@asynccontextmanager
async def home(folder: Path) -> AsyncIterator[tuple[Home, Broker]]:
    """Yield a home with an entry; nothing of it stays."""
    home_assistant = HomeAssistant(folder / "config")
    async with Broker() as broker, Client(home_assistant.base) as client:
        try:
            built = Home(home_assistant, client)
            await built.start()
            await built.add_entry(broker.port)
            yield built, broker
        finally:
            await client.disconnect()
            await home_assistant.stop()


async def test_from_the_first_message_to_letting_go(tmp_path: Path) -> None:
    async with (
        home(tmp_path) as (house, broker),
        FakeDevice(TEMPLATE["LGT0"], broker.port, interval=1) as light,
        FakeDevice(TEMPLATE["TMP0"], broker.port, interval=1) as sensor,
    ):
        light.base_url = sensor.base_url = house.base_url
        await _discovery(house, light, sensor)
        await _claim(house, light, sensor)
        await _manual(house, light)
        await _schedule(house, light)
        assert set(light.answers) == {200}
        await _restart(house, light, sensor)
        await _letting_go(house, light)
        assert not house.home_assistant.complaints()


async def _discovery(house: Home, *devices: FakeDevice) -> None:
    """See that unclaimed are cards and no entities."""

    async def offered() -> bool:
        cards = await house.client.discovered()
        return all(device.serial in cards for device in devices)

    await eventually(offered, within=LIMIT, what="cards")
    own = await house.client.entities()
    assert not [key for key in own for device in devices if device.serial in key]


async def _claim(house: Home, light: FakeDevice, sensor: FakeDevice) -> None:
    """Claim one by the text of its QR code, the other by its card."""
    text = {"qr_text": light.qr_text}
    await house.client.add_subentry(house.entry_id, "mqtt_device", text)
    await house.shows(light, "actuator", "on")
    card = (await house.client.discovered())[sensor.serial]
    path = f"/api/config/config_entries/flow/{card['flow_id']}"
    done = await house.client.post(path, {"name": "Bedroom", "more": {}})
    assert done["reason"] == "mqtt_devices_claimed"

    async def measured() -> bool:
        return await house.state(sensor, "parameter_temperatura") is not None

    await eventually(measured, within=LIMIT, what="a temperature")
    assert not await house.client.discovered()
    with pytest.raises(CommandError):
        await house.client.add_subentry(house.entry_id, "mqtt_device", text)


async def _manual(house: Home, light: FakeDevice) -> None:
    """See that the firmware asks, and does what it was sent."""
    for action, on, state in (("off", False, "off"), ("on", True, "on")):
        await house.call(f"light.turn_{action}", light, "actuator")
        await house.obeys(light, on=on)
        await house.shows(light, "actuator", state)


async def _schedule(house: Home, light: FakeDevice) -> None:
    """See the device switch itself over at the edge, and a hand hold it before."""
    edge = datetime.now(ZONE) + timedelta(minutes=1)
    if edge.second > 45:  # too near to do all that before it
        edge += timedelta(minutes=1)
    end = edge + timedelta(hours=1)
    await house.call(
        "text.set_value",
        light,
        "schedule",
        value=f"all {edge:%H:%M}-{end:%H:%M}",
    )
    await house.call("select.select_option", light, "mode", option="schedule")
    await house.obeys(light, on=False)
    await house.call("light.turn_on", light, "actuator")
    await house.obeys(light, on=True)
    await house.shows(light, "held", "on")
    await house.call("light.turn_off", light, "actuator")
    await house.obeys(light, on=False)
    await house.shows(light, "held", "off")
    await house.obeys(light, on=True, within=EDGE + 60)
    assert datetime.now(ZONE) >= edge.replace(second=0, microsecond=0)
    await house.shows(light, "actuator", "on")
    await house.shows(light, "held", "off")


async def _restart(house: Home, light: FakeDevice, sensor: FakeDevice) -> None:
    """See that all is remembered, and the claimed are received at once."""
    await house.restart()
    await house.shows(light, "mode", "schedule")
    await house.shows(light, "actuator", "on")

    async def measured() -> bool:
        return await house.state(sensor, "parameter_temperatura") is not None

    await eventually(measured, within=LIMIT, what="a temperature after the restart")
    assert not await house.client.discovered()


async def _letting_go(house: Home, light: FakeDevice) -> None:
    """See that nothing of it stays, and that it is a unclaimed again."""
    device_id = next(
        device["id"]
        for device in await house.client.command("config/device_registry/list")
        if device["serial_number"] == light.serial
    )
    path = "/api/services/jannenkoti/mqtt_devices_unclaim"
    await house.client.post(path, {"device_id": device_id})
    assert not [key for key in await house.client.entities() if light.serial in key]

    async def offered() -> bool:
        return light.serial in await house.client.discovered()

    await eventually(offered, within=LIMIT, what="the card of a unclaimed")
