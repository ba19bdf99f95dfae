"""A Tuya air conditioner in the bedroom, controlled by the boards' temperatures.

It is reached on the local network, and through Tuya's cloud when that fails.
"""

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar, override

from demo.fakes.tuya_air_conditioner import FakeAirConditioner
from demo.fakes.tuya_cloud import FakeTuyaCloud
from demo.kind import Check, DemoKind
from demo.kinds.room_sensors import BALCONY, BEDROOM, LIVING_ROOM, temperature_of
from demo.past import Past, indoors
from demo.physics import Fan, Unit
from demo.waiting import eventually

from .checks import obeys_hands, works
from .cloud_checks import uses_the_cloud
from .surroundings import CONFIGURATION, WINDOW, Occupancy
from .surroundings_checks import minds_its_surroundings
from .tunables import TARGET, tunables

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from contextlib import AsyncExitStack

    from demo.client import Json
    from demo.scenarios import Scenario

# Of the cloud's calls of the month, when they are to be nearly spent.
_SPENT = 0.67
_WARM = 27.0  # °C at the start
_CYCLE = 120  # s of real time; the room is warm again after half of that

_DETAILS = (
    "sensor_silent",
    "active_connection",
    "room_temperature",
    "thermostat",
    "effective_target",
    "cloud_calls",
)


_ENABLED = ("thermostat", "power", "effective_target", "cloud_calls")


class Demo(DemoKind):
    """The unit and its thermostat."""

    after: ClassVar[tuple[str, ...]] = ("room_sensors",)
    configuration: ClassVar[str] = CONFIGURATION

    @override
    async def start(self, stack: AsyncExitStack) -> None:
        self.house.set_unit(Unit(fan=Fan.AUTO, target=24))
        # It became hot while the other families were set up.
        self.house.set_temperature(_WARM)
        self.unit = await stack.enter_async_context(FakeAirConditioner(self.house))
        self.cloud = await stack.enter_async_context(FakeTuyaCloud(self.house))
        self.occupancy = Occupancy(self.client)
        await self.occupancy.move_in()
        sensors = [temperature_of(LIVING_ROOM), temperature_of(BEDROOM)]
        for sensor in sensors:
            await self.client.wait_for_value(sensor)
        step = await self.client.start_flow("air_conditioner")
        step = await self.client.answer_flow(
            step, {"next_step_id": "air_conditioner_tuya_lan"}
        )
        step = await self.client.answer_flow(
            step,
            {
                "device_id": self.unit.device_id,
                "host": "127.0.0.1",
                "port": self.unit.port,
                "local_key": self.unit.local_key,
                "version": "auto",
            },
        )
        room = [await self.client.entity_id(sensor) for sensor in sensors]
        done = await self.client.answer_flow(step, {"temperature_sensors": room})
        self.entry_id = done["result"]["entry_id"]
        await self.client.set_options(self.entry_id, self.options())
        await self._add_cloud()
        await self._enable_entities()
        await self.client.wait_for_value(self.unique_id("climate"))
        await self.client.call(
            "climate.set_temperature", self.unique_id("climate"), temperature=TARGET
        )

    async def _enable_entities(self) -> None:
        """Enable what the checks use besides the entities of a new device.

        Those of the cloud are registered by the reload, which is in the background.
        """
        for key in _ENABLED:
            await self.client.command(
                "config/entity_registry/update",
                entity_id=await self.client.wait_for_entity(self.unique_id(key)),
                disabled_by=None,
            )
        reload = f"config/config_entries/entry/{self.entry_id}/reload"
        await self.client.post(f"/api/{reload}", {})

    async def _add_cloud(self) -> None:
        """Make the cloud the second connection to the same unit."""
        step = await self.client.start_reconfigure(self.entry_id)
        step = await self.client.answer_flow(
            step, {"next_step_id": "air_conditioner_reconfigure_cloud"}
        )
        await self.client.answer_flow(
            step,
            {
                "base_url": self.cloud.url,
                "access_id": self.cloud.access_id,
                "access_secret": self.cloud.access_secret,
                "app": "smartlife",
            },
        )

    def options(self) -> dict[str, Json]:
        """Return its options, the window and the person included."""
        around = {"contacts": [WINDOW], "people": [self.occupancy.person]}
        return tunables(self) | around

    def unique_id(self, key: str) -> str:
        """Return the unique id of one of its entities."""
        return f"{self.unit.device_id}_{key}"

    @override
    def live(self) -> list[str]:
        keys = ("climate", "power", "thermostat", "reason", "room_temperature")
        more = ("compressor", "sensor_silent", "active_connection", "cloud_calls")
        return [self.unique_id(key) for key in (*keys, *more)]

    @override
    def cards(self, entity_ids: Mapping[str, str]) -> list[Json]:
        def tile(key: str) -> Json:
            return {
                "type": "tile",
                "entity": entity_ids[self.unique_id(key)],
                "name": {"type": "entity"},
            }

        climate = entity_ids[self.unique_id("climate")]
        return [
            self.heading("Air conditioner", "mdi:air-conditioner"),
            {
                "type": "thermostat",
                "entity": climate,
                "features": [
                    {"type": "climate-hvac-modes"},
                    {"type": "climate-preset-modes", "style": "icons"},
                ],
            },
            *(tile(key) for key in ("reason", "next_change", "compressor", "switched")),
            *self.occupancy.cards(),
        ]

    @override
    def details(self, entity_ids: Mapping[str, str]) -> list[Json]:
        drawn = [
            entity_ids[self.unique_id("room_temperature")],
            entity_ids[temperature_of(BALCONY)],
        ]
        shown = [
            {"type": "tile", "entity": entity_id, "name": {"type": "entity"}}
            for key in _DETAILS
            if (entity_id := entity_ids.get(self.unique_id(key))) is not None
        ]
        return [
            self.heading("Air conditioner, fast motion", "mdi:fast-forward"),
            self.graph([entity_ids[self.unique_id("climate")]]),
            self.day_graph(drawn),
            *shown,
            {
                "type": "calendar",
                "entities": [entity_ids[self.unique_id("sleep_calendar")]],
                "initial_view": "listWeek",
                "grid_options": {"columns": "full"},
            },
        ]

    @override
    def areas(self) -> Mapping[str, str]:
        return {self.unique_id("climate"): BEDROOM}

    @override
    def past(self) -> list[Past]:
        return [
            Past(
                end=self.unique_id("room_temperature"),
                unit="°C",
                unit_class="temperature",
                mean=indoors,
                swing=0.5,
            )
        ]

    @override
    async def pose(self) -> None:
        """Wait until it has just begun to cool, so that it goes on for a while."""

        async def cools() -> bool:
            return await self.client.state(self.unique_id("reason")) == "cooling"

        async def rests() -> bool:
            return not await cools()

        await eventually(rests, within=_CYCLE, what="a room that is cool")
        await eventually(cools, within=_CYCLE, what="a room that is cooled")

    @override
    def scenarios(self) -> Mapping[str, Scenario]:
        async def press_remote() -> None:
            self.unit.press_remote(power=not self.house.unit.power)

        async def lose() -> None:
            self.cloud.online = False
            await self.unit.stop()

        async def find() -> None:
            self.cloud.online = True
            await self.unit.start()

        async def expire() -> None:
            self.cloud.expired = not self.cloud.expired

        return {
            "press_the_remote": press_remote,
            "open_the_window": self.occupancy.open_window,
            "close_the_window": self.occupancy.close_window,
            "leave_home": self.occupancy.leave,
            "come_home": self.occupancy.come,
            "lose_the_air_conditioner": lose,
            "find_the_air_conditioner": find,
            "lose_its_local_network": self.unit.stop,
            "find_its_local_network": self.unit.start,
            "spend_the_cloud_quota": self._spend,
            "expire_or_renew_the_cloud": expire,
        }

    async def _spend(self) -> None:
        """Reduce the month's quota until most of its calls are used."""
        calls = int(await self.client.wait_for_value(self.unique_id("cloud_calls")))
        few = max(calls + 1, math.ceil(calls / _SPENT))
        # A month that began today should still have nearly all of them.
        options = {"monthly_calls": few, "renewal_day": min(datetime.now(UTC).day, 28)}
        await self.client.set_options(self.entry_id, options)

    @override
    def sights(self) -> list[str]:
        return [
            f"the thermostat cools the room to {TARGET} °C and then keeps it there",
            "the tiles beside it show why it runs or waits, and until when",
            "choose a preset, or start a boost: the target in force follows",
            "press the remote control: the event shows who switched the unit",
            "tap the window: cooling pauses; tap the person: it soon cools less",
            "lose its local network: within a minute Tuya's cloud takes over",
        ]

    @override
    async def smoke(self) -> AsyncIterator[Check]:
        for part in (works, minds_its_surroundings, obeys_hands, uses_the_cloud):
            async for check in part(self):
                yield check
