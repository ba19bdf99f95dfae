"""Faults of sensors, unit and clocks."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from custom_components.jannenkoti.kinds.air_conditioner.control import room_temperature
from custom_components.jannenkoti.kinds.air_conditioner.control.decide import Reason

from .house import POLL, House

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SENSORS = ("a", "b", "c")
HELSINKI = ZoneInfo("Europe/Helsinki")


type Words = Iterable[tuple[datetime, float | None]]

CORRUPT = ("nan", "-127", "85", "inf", "", "21,5", "1e400")


class Faulty(House):
    """A house whose first sensor has a fault; the others report the temperature."""

    def __init__(self, fault: str) -> None:
        super().__init__(SENSORS)
        self.faulty: Callable[[float], Words] = getattr(self, fault)
        self.late: list[tuple[datetime, float]] = []
        self.turn = 0

    def speak(self) -> None:
        """Report all sensors, the first one with its fault."""
        right = self.words["b"]
        assert right is not None
        for sensor in ("b", "c"):
            self.thermostat.room.receive(sensor, right, self.wall)
        for at, value in self.faulty(right):
            self.thermostat.room.receive("a", value, at)

    def drop(self, _right: float) -> Words:
        return ()

    def freeze(self, _right: float) -> Words:
        return [(self.wall, 26.0)]

    def delay(self, right: float) -> Words:
        """Report the readings of two minutes at once."""
        self.late.append((self.wall, right))
        if len(self.late) < 8:
            return []
        late, self.late = self.late, []
        return late

    def reorder(self, right: float) -> Words:
        """Report them in reverse order, the oldest last."""
        return [*self.delay(right)][::-1]

    def duplicate(self, right: float) -> Words:
        return [(self.wall, right)] * 3

    def corrupt(self, _right: float) -> Words:
        self.turn += 1
        return [
            (
                self.wall,
                room_temperature.celsius(CORRUPT[self.turn % len(CORRUPT)], "°C"),
            )
        ]

    def flood(self, right: float) -> Words:
        return [
            (self.wall - timedelta(seconds=POLL * (1 - part / 500)), right)
            for part in range(500)
        ]


@pytest.mark.parametrize(
    "fault", ["drop", "freeze", "delay", "reorder", "duplicate", "corrupt", "flood"]
)
def test_faulty_sensor_is_outvoted(fault: str) -> None:
    house = Faulty(fault)
    snapshot = house.live(20)
    assert snapshot.decision.reason is Reason.COOLING
    house.words = dict.fromkeys(SENSORS, 22.0)
    snapshot = house.live(10)
    assert snapshot.decision.reason is Reason.SATISFIED
    assert not house.unit.state.on
    assert snapshot.room == pytest.approx(22.0, abs=0.07)
    assert house.unit.too_early == []
    # The samples for smoothing are bounded at any report rate.
    assert len(house.thermostat.room._agreed) <= 101


def test_single_frozen_sensor_is_detected_when_silent() -> None:
    house = House()
    house.live(20)
    for _ in range(int(14.5 * 60 / POLL)):
        house.wait(POLL)
        assert house.poll().decision.reason is Reason.COOLING
    house.wait(60)
    assert house.poll().decision.reason is Reason.SENSOR_SILENT
    assert not house.unit.state.on


@pytest.mark.parametrize("room", [26.0, 22.0])
def test_power_cut_before_save_keeps_minimum_times(room: float) -> None:
    house = House()
    house.live(20)
    house.words = {"a": 22.0 if room == 26.0 else 26.0}
    house.live(10)
    house.words = {"a": room}
    was, kept = house.unit.state.on, house.stored
    while house.unit.state.on is was:
        house.wait(POLL)
        house.speak()
        kept = house.stored
        house.poll()
    house.stored = kept  # the command was sent, but the state was not saved
    house.restart()
    snapshot = house.live(5)
    wanted = Reason.COOLING if room == 26.0 else Reason.SATISFIED
    assert snapshot.decision.reason is wanted
    assert house.unit.state.on is (room == 26.0)
    house.words = {"a": 22.0 if room == 26.0 else 26.0}
    house.live(20)
    assert house.unit.too_early == []


@pytest.mark.parametrize(
    ("begin", "closed_until"),
    [
        # In the spring night 03:00 does not exist; in the autumn night it occurs twice.
        (datetime(2026, 3, 28, 18, tzinfo=UTC), datetime(2026, 3, 29, 4, tzinfo=UTC)),
        (datetime(2026, 10, 24, 18, tzinfo=UTC), datetime(2026, 10, 25, 5, tzinfo=UTC)),
    ],
)
def test_sleep_window_follows_dst_change(
    begin: datetime, closed_until: datetime
) -> None:
    house = House(
        begin=begin,
        zone=HELSINKI,
        sleep=True,
        sleep_start="22:30:00",
        sleep_end="07:00:00",
    )
    slept = []
    while house.wall < begin + timedelta(hours=16):
        house.wait(60)
        house.speak()
        if house.poll().decision.reason is Reason.SLEEPING:
            slept.append(house.wall)
            assert not house.unit.state.on
    assert slept[0].astimezone(HELSINKI).strftime("%H:%M") == "22:30"
    assert slept[-1] == closed_until - timedelta(minutes=1)
    assert house.unit.state.on
    assert house.unit.too_early == []


@pytest.mark.parametrize("step", [timedelta(hours=2), timedelta(hours=-2)])
def test_clock_jump_keeps_minimum_times(step: timedelta) -> None:
    house = House()
    house.live(20)
    house.words = {"a": 22.0}
    house.live(3)  # the compressor has just stopped
    house.wall += step
    house.words = {"a": 26.0}
    reasons = [house.live(0.25).decision.reason for _ in range(40)]
    assert Reason.WAITING_MINIMUM_OFF in reasons
    assert reasons[-1] is Reason.COOLING
    assert house.unit.too_early == []


def test_clock_set_back_does_not_prolong_the_disobeyed_reason() -> None:
    house = House()
    house.live(20)
    house.unit.obeys = False
    house.words = {"a": 22.0}
    reasons = [house.live(0.25).decision.reason for _ in range(12)]
    assert Reason.DISOBEYED in reasons
    house.unit.obeys = True
    house.lose_unit()
    assert house.live(1).decision.reason is Reason.UNREACHABLE
    house.repair()
    house.step_clock(-1)
    house.live(11)
    assert house.poll().decision.reason is Reason.COOLING
