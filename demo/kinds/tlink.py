"""A TLINK account: an oil tank and a weather mast behind a cloud that pushes."""

import json
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, override

from demo.fakes.tlink_cloud import FakeTlinkCloud
from demo.fakes.tlink_devices import FakeDevice, FakeSensor
from demo.kind import Check, DemoKind
from demo.physics import HOUR
from demo.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from contextlib import AsyncExitStack

    from demo.client import Json
    from demo.scenarios import Scenario

LEVEL, OIL, PUMP, LEAK, PLACE, SPEED, NOTE = range(55001, 55008)
OUTDOOR, HUMIDITY, GATE = 55011, 55012, 55021

_INTERVAL = 10.0
_LIMIT = 90
# Three and a half intervals, at least 30 s, and the check of all devices each 30 s.
_SILENT = 90
_LATE = timedelta(hours=3)
_DAY = 24  # h that the graph draws
_GUESS = "a guess of an attacker"
# The tank was never this empty, so this level can be recognized.
_LATE_LEVEL = "1234.5"
_TANK = {"sensor_id": str(LEVEL), "radius": 77.5, "wall": 0.6, "length": 246}

# Full at the start; the boiler burns so many mm in each hour of the house.
_FULL, _BURNT, _LEAST = 1380.0, 4.0, 60.0


def value_of(sensor_id: int) -> str:
    """Return the end of the unique id of a sensor."""
    return f"_sensor_{sensor_id}_value"


class Demo(DemoKind):
    """The account and its cloud."""

    @override
    async def start(self, stack: AsyncExitStack) -> None:
        interval = self.scaled(_INTERVAL, 2.0)
        self.cloud = FakeTlinkCloud(self._devices(), interval=interval)
        await stack.enter_async_context(self.cloud)
        form = await self.client.start_flow("tlink")
        account = {"time_zone": "Asia/Shanghai"}
        form = await self.client.answer_flow(
            form, {**account, "sender": "relay", "use_cloud": True}
        )
        form = await self.client.answer_flow(form, self.cloud.form())
        shown = form["description_placeholders"]
        done = await self.client.answer_flow(form, {})
        self.entry_id = done["result"]["entry_id"]
        await self.client.set_options(self.entry_id, {"tanks": [_TANK]})
        self.cloud.secret = shown["secret"]
        self.cloud.push_url = shown["address"]
        await self._catch_up()

    async def _catch_up(self) -> None:
        """Push the levels of the day before, as after a time without internet."""
        await self.client.wait_for_value(value_of(LEVEL))
        for hours in range(_DAY, 0, -1):
            level = _FULL + hours * _BURNT
            await self._push_late(timedelta(hours=hours), f"{level:.1f}")

    def _devices(self) -> list[FakeDevice]:
        """Return a tank in the cellar, a mast in the garden, and a gate beyond it."""
        tank = [
            FakeSensor(LEVEL, "Oil level", 1, "mm", 1, measure=self._level),
            FakeSensor(OIL, "Oil temperature", 1, "℃", 1, measure=lambda: 14.5),
            FakeSensor(PUMP, "Pump", 2, switcher="0"),
            FakeSensor(LEAK, "Leak", 5, switcher="0"),
            FakeSensor(PLACE, "Tank", 3),
            FakeSensor(SPEED, "Pump speed", 6, value="3", decimals=0),
            FakeSensor(NOTE, "Message", 8, value="All is well"),
        ]
        mast = [
            FakeSensor(
                OUTDOOR, "Garden", 1, "℃", 1, measure=lambda: self.house.outdoors[0]
            ),
            FakeSensor(
                HUMIDITY,
                "Garden humidity",
                1,
                "%",
                0,
                measure=lambda: self.house.outdoors[1],
            ),
        ]
        gate = [FakeSensor(GATE, "", 1, value="1")]
        return [
            FakeDevice(4711, "Tank room", "AB12CD34EF", tank),
            FakeDevice(4712, "Mast", "AB12CD34F0", mast),
            # It only pushes, and so has no name.
            FakeDevice(4713, "", "", gate, is_listed=False),
        ]

    def _level(self) -> float:
        """Return how full the tank is."""
        burnt = _BURNT * self.house.clock.elapsed() / HOUR
        return max(_FULL - burnt, _LEAST)

    @override
    def live(self) -> list[str]:
        shown = (LEVEL, OIL, PUMP, LEAK, SPEED, NOTE, OUTDOOR, HUMIDITY, GATE)
        return [*map(value_of, shown), f"_sensor_{LEVEL}_tank_volume"]

    @override
    def cards(self, entity_ids: Mapping[str, str]) -> list[Json]:
        shown = [value_of(s) for s in (OIL, PUMP, OUTDOOR, HUMIDITY)]
        full = [f"_sensor_{LEVEL}_tank_percent", f"_sensor_{LEVEL}_tank_volume"]
        return [
            self.heading("Oil tank and weather mast", "mdi:barrel"),
            *(self._tile(entity_ids, end) for end in (*full, *shown)),
            self.day_graph([entity_ids[value_of(LEVEL)]]),
        ]

    @override
    def details(self, entity_ids: Mapping[str, str]) -> list[Json]:
        shown = [value_of(s) for s in (LEVEL, SPEED, GATE)]
        counted = ["_rejected_signatures", "_duplicates"]
        heading = self.heading("TLINK account", "mdi:cloud-outline")
        return [heading, *(self._tile(entity_ids, end) for end in (*shown, *counted))]

    @staticmethod
    def _tile(entity_ids: Mapping[str, str], end: str) -> Json:
        # The cloud does not list the gate, so its name is unknown.
        name = "Gate" if end == value_of(GATE) else {"type": "entity"}
        return {"type": "tile", "entity": entity_ids[end], "name": name}

    @override
    def areas(self) -> Mapping[str, str]:
        return {value_of(LEVEL): "Cellar", value_of(OUTDOOR): "Garden"}

    @override
    def sights(self) -> list[str]:
        return [
            "the TLINK cloud pushes; a push may come twice, late, forged or not at all",
            "a TLINK device that the cloud does not list can be lost",
        ]

    @override
    def scenarios(self) -> Mapping[str, Scenario]:
        return {
            "push_twice": self._push_twice,
            "push_late": self._push_late,
            "push_forged": self._push_forged,
            "lose_pushes": self._lose_pushes,
            "push_again": self._push_again,
            "lose_gate": self._lose_gate,
            "find_gate": self._find_gate,
        }

    async def _push_twice(self) -> tuple[int, int]:
        """Push something, and again the same."""
        body = self.cloud.payload(self.cloud.devices[0])
        return await self.cloud.push(body), await self.cloud.push(body)

    async def _push_late(self, ago: timedelta = _LATE, level: str = _LATE_LEVEL) -> int:
        """Push a level of some hours ago."""
        at = datetime.now(UTC) - ago
        pushed: dict[str, Any] = json.loads(
            self.cloud.payload(self.cloud.devices[0], at)
        )
        for row in pushed["sensorsDates"]:
            if row["sensorsId"] == LEVEL:
                row["value"] = row["reVal"] = level
        return await self.cloud.push(json.dumps(pushed).encode())

    async def _push_forged(self) -> int:
        """Push a false reading that is signed with another secret."""
        pushed = json.loads(self.cloud.payload(self.cloud.devices[0]))
        pushed["sensorsDates"][0]["value"] = "0"
        body = json.dumps(pushed).encode()
        return await self.cloud.push(body, secret=_GUESS)

    async def _lose_pushes(self) -> None:
        """Stop the pushes of the platform."""
        self.cloud.paused = True

    async def _push_again(self) -> None:
        """Resume the pushes."""
        self.cloud.paused = False

    async def _lose_gate(self) -> None:
        """Let the device that only pushes fall silent."""
        self.cloud.devices[-1].is_lost = True

    async def _find_gate(self) -> None:
        """Let it report again."""
        self.cloud.devices[-1].is_lost = False

    @override
    async def smoke(self) -> AsyncIterator[Check]:
        bad = [status for _, status in self.cloud.pushed if status != 200]  # noqa: PLR2004
        yield Check(
            what="every push of the cloud is accepted",
            good=not bad and bool(self.cloud.pushed),
            seen=f"{len(self.cloud.pushed)} pushes",
        )
        yield await self._forged()
        yield await self._repeated()
        yield await self._late()
        yield await self._switched()
        yield await self._lost()

    async def _counts(self, push: Scenario, end: str, by: int) -> tuple[bool, object]:
        """Push and wait until a counter has gone up; return the answer as well."""
        before = float(await self.client.wait_for_value(end))

        async def counted() -> bool:
            return float(await self.client.state(end) or 0) >= before + by

        answer = await push()
        within = await eventually(counted, within=_LIMIT, what=f"a count of {end}")
        return within, answer

    async def _forged(self) -> Check:
        counter = "_rejected_signatures"
        counted, status = await self._counts(self._push_forged, counter, 1)
        level = float(await self.client.wait_for_value(value_of(LEVEL)))
        return Check(
            what="a forged push is refused and counted",
            good=counted and status == HTTPStatus.UNAUTHORIZED and level > 0,
            seen=f"level stays {level} mm, answer {status}",
        )

    async def _repeated(self) -> Check:
        sensors = len(self.cloud.devices[0].sensors)
        counted, _ = await self._counts(self._push_twice, "_duplicates", sensors)
        return Check(what="a push that comes twice counts once", good=counted)

    async def _late(self) -> Check:
        """Push a level of some hours ago and find its hour in the statistics."""
        hour = (datetime.now(UTC) - _LATE).replace(minute=0, second=0, microsecond=0)
        status = await self._push_late()
        entity_id = await self.client.entity_id(value_of(LEVEL))

        async def there() -> bool:
            found = await self.client.command(
                "recorder/statistics_during_period",
                start_time=hour.isoformat(),
                end_time=(hour + timedelta(hours=1)).isoformat(),
                statistic_ids=[entity_id],
                period="hour",
            )
            rows = found.get(entity_id, [])
            return float(_LATE_LEVEL) in {row["min"] for row in rows}

        good = await eventually(there, within=_LIMIT, what="the late level's hour")
        level = await self.client.wait_for_value(value_of(LEVEL))
        return Check(
            what="a late push is in the statistics at its hour, and not the state",
            good=good and float(_LATE_LEVEL) != float(level),
            seen=f"answer {status}, {_LATE_LEVEL} mm at {hour:%H:%M}, now {level}",
        )

    async def _switched(self) -> Check:
        """Switch the pump on and off; the cloud must show both."""
        pump, seen = self.cloud.sensor(PUMP), []
        for action, wanted in (("turn_on", "1"), ("turn_off", "0")):
            await self.client.call(f"switch.{action}", value_of(PUMP))
            seen.append(pump.switcher == wanted)
            shown = "on" if wanted == "1" else "off"

            async def is_shown(shown: str = shown) -> bool:
                return await self.client.state(value_of(PUMP)) == shown

            await eventually(is_shown, within=_LIMIT, what=f"a pump that is {shown}")
        return Check(what="the pump goes on and off through the cloud", good=all(seen))

    async def _lost(self) -> Check:
        """Silence the device that only pushes; its own interval must show it."""

        async def is_lost() -> bool:
            return await self.client.state(value_of(GATE)) is None

        await self._lose_gate()
        lost = await eventually(is_lost, within=_SILENT, what="a device that is lost")
        others = await self.client.state(value_of(OUTDOOR))
        await self._find_gate()
        value = await self.client.wait_for_value(value_of(GATE))
        return Check(
            what="a silent device is unavailable until it reports again",
            good=lost and others is not None,
            seen=f"back with {value}",
        )
