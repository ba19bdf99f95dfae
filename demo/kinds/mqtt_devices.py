"""Thirteen devices on a broker: most are claimed, one waits for its card."""

from typing import TYPE_CHECKING, override

from demo.fakes.dispositivos import TEMPLATES, TOPIC, FakeDevice
from demo.fakes.mosquitto import Broker, mosquitto
from demo.kind import Check, DemoKind
from demo.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from contextlib import AsyncExitStack

    from demo.client import Json
    from demo.scenarios import Scenario

_LIMIT = 90
_UNCLAIMED = "RGD0"
_SCHEDULED = "SHD0"
_AREAS = {"TMP0": "Greenhouse", "CO20": "Greenhouse", "DRL0": "Hall"}
_SHOWN = (
    ("TMP0", "parameter_temperatura"),
    ("CO20", "parameter_co2_ppm"),
    ("LGT0", "actuator"),
    ("FAN0", "actuator"),
    ("SHD0", "actuator"),
    ("DRL0", "actuator"),
    ("PLG0", "parameter_consumo_w"),
)


class Demo(DemoKind):
    """The broker, its devices and their entry."""

    @staticmethod
    @override
    def lacks() -> str | None:
        return None if mosquitto() else "mosquitto"

    @override
    async def start(self, stack: AsyncExitStack) -> None:
        self.broker = await stack.enter_async_context(Broker())
        await self.client.add_broker(self.broker.port)
        form = await self.client.start_flow("mqtt_devices")
        form = await self.client.answer_flow(form, {"name": "Garden", "topic": TOPIC})
        base_url = form["description_placeholders"]["base_url"]
        done = await self.client.answer_flow(form, {})
        self.entry_id = done["result"]["entry_id"]
        self.devices = {
            template.prefix: FakeDevice(template, self.broker.port)
            for template in TEMPLATES
        }
        for device in self.devices.values():
            device.base_url = base_url
            device.zone = self.house.zone
            await stack.enter_async_context(device)
            if device.template.prefix != _UNCLAIMED:
                await self.claim(device)
        await self._schedule()

    async def claim(self, device: FakeDevice) -> None:
        """Claim a device by the text of its QR code."""
        await self.client.add_subentry(
            self.entry_id, "mqtt_device", {"qr_text": device.qr_text}
        )

    def unique_id(self, prefix: str, key: str) -> str:
        """Return the end of the unique id of an entity."""
        return f"_{self.devices[prefix].serial}_{key}"

    @override
    def live(self) -> list[str]:
        return [self.unique_id(prefix, key) for prefix, key in _SHOWN]

    @override
    def cards(self, entity_ids: Mapping[str, str]) -> list[Json]:
        heading = self.heading("Garden", "mdi:flower")
        shown = [
            *(self.unique_id(prefix, key) for prefix, key in _SHOWN),
            self.unique_id(_SCHEDULED, "next_change"),
        ]
        return [heading, *(self._tile(entity_ids, end) for end in shown)]

    @override
    def details(self, entity_ids: Mapping[str, str]) -> list[Json]:
        heading = self.heading("Devices at the broker", "mdi:access-point")
        ends = (self.unique_id("LGT0", "mode"), "_unclaimed_devices")
        return [heading, *(self._tile(entity_ids, end) for end in ends)]

    @staticmethod
    def _tile(entity_ids: Mapping[str, str], end: str) -> Json:
        name = [{"type": "device"}, {"type": "entity"}]
        return {"type": "tile", "entity": entity_ids[end], "name": name}

    @override
    def areas(self) -> Mapping[str, str]:
        return {
            self.unique_id(prefix, key): _AREAS.get(prefix, "Garden")
            for prefix, key in _SHOWN
        }

    async def _schedule(self) -> None:
        """Let one device follow a schedule, so that its next change is known."""
        mode = self.unique_id(_SCHEDULED, "mode")
        text = self.unique_id(_SCHEDULED, "schedule")
        await self.client.wait_for_value(self.unique_id(_SCHEDULED, "actuator"))
        await self.client.call("text.set_value", text, value="all 07:00-22:00")
        await self.client.call("select.select_option", mode, option="schedule")

    @override
    def scenarios(self) -> Mapping[str, Scenario]:
        async def imitate() -> None:
            """Publish under the serial number of another device."""
            for _ in range(12):
                self.devices["TMP0"].publish()
                self.devices["TMP0"].publish(parametros={"voltaje": 230})

        return {"imitate_a_device": imitate}

    @override
    def sights(self) -> list[str]:
        return [
            "an irrigation valve waits under Discovered until you claim or ignore it",
            "the lights of the garden run by hand or by a schedule, which you can edit",
        ]

    @override
    async def smoke(self) -> AsyncIterator[Check]:
        yield await self._card_is_shown()
        yield await self._switches(on=False)
        yield await self._switches(on=True)
        yield await self._follows_a_schedule()

    async def _card_is_shown(self) -> Check:
        """Check that the unclaimed device is offered as a card and has no entity."""
        serial = self.devices[_UNCLAIMED].serial

        async def offered() -> bool:
            return serial in await self.client.discovered()

        await eventually(offered, within=_LIMIT, what="a card")
        there = [key for key in await self.client.entities() if serial in key]
        return Check(what="an unclaimed device is a card and no entity", good=not there)

    async def _switches(self, *, on: bool) -> Check:
        """Switch the lights in Home Assistant and check the device itself."""
        device = self.devices["LGT0"]
        action = "light.turn_on" if on else "light.turn_off"
        await self.client.call(action, self.unique_id("LGT0", "actuator"))

        async def switched() -> bool:
            return device.on is on

        await eventually(switched, within=_LIMIT, what="the lights to switch")
        return Check(
            what=f"{action} reaches the device by its poll",
            good=device.on is on,
            seen=f"{len(device.answers)} requests",
        )

    async def _follows_a_schedule(self) -> Check:
        """Give the lights a schedule by which they are off, then one all day."""
        device, mode = self.devices["LGT0"], self.unique_id("LGT0", "mode")
        text = self.unique_id("LGT0", "schedule")
        await self.client.call("text.set_value", text, value="all 00:00-00:00")
        await self.client.call("select.select_option", mode, option="schedule")
        await self.client.call("text.set_value", text, value="")

        async def is_off() -> bool:
            return not device.on

        await eventually(is_off, within=_LIMIT, what="a light that is off by schedule")
        await self.client.call("select.select_option", mode, option="manual")
        await self.client.call("light.turn_on", self.unique_id("LGT0", "actuator"))
        return Check(what="a schedule switches the device", good=True)
