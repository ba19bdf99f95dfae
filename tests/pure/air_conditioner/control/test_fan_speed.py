"""The automatic fan speed."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.jannenkoti.kinds.air_conditioner.control.decide import (
    Inputs,
    decide,
)
from custom_components.jannenkoti.kinds.air_conditioner.control.fan_speed import (
    FanSpeed,
    speeds_of,
)
from custom_components.jannenkoti.kinds.air_conditioner.control.parameters import (
    Parameters,
)
from custom_components.jannenkoti.kinds.air_conditioner.control.saved_state import (
    SavedState,
)
from custom_components.jannenkoti.kinds.air_conditioner.model import (
    Abilities,
    Change,
    DeviceState,
    HvacMode,
    Request,
)
from custom_components.jannenkoti.lib.guard import Phase
from custom_components.jannenkoti.lib.hold import Hold

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
FANS = ("auto", "high", "low", "mid")


class Unit:
    """A unit that runs or rests, with its automatic fan speed."""

    def __init__(self, fan: str | None = "low", mode: HvacMode = HvacMode.COOL) -> None:
        self.advice = FanSpeed(FANS)
        self.now = NOW
        self.fan = fan
        self.mode = mode
        self.since: datetime | None = None

    def ask(self, minutes: float, *, beyond: float) -> str | None:
        """Pass minutes; ``beyond`` is the distance to the band's edge of 25 °C."""
        self.now += timedelta(minutes=minutes)
        request = Request(mode=self.mode, target=24.5)
        running = self.since is not None
        phase = Phase(on=running, since=self.since or NOW)
        room = 24.0 - beyond if self.mode is HvacMode.HEAT else 25.0 + beyond
        device = DeviceState(on=running, mode=self.mode, fan=self.fan)
        inputs = self.advice.advise(
            self.now,
            Inputs(device=device, room=room),
            SavedState(request=request, phase=phase),
            Parameters(),
        )
        return inputs.fan

    def start(self, fan: str | None) -> None:
        self.since, self.fan = self.now, fan

    def stop(self) -> None:
        self.since = None


@pytest.mark.parametrize(
    ("fans", "speeds"),
    [
        (FANS, ("low", "mid", "high")),
        (("medium", "low", "turbo"), ("low", "medium")),
        (("auto", "high"), ()),
        (("1", "2", "3"), ()),
        ((), ()),
    ],
)
def test_only_speeds_with_known_order_are_used(
    fans: tuple[str, ...], speeds: tuple[str, ...]
) -> None:
    assert speeds_of(fans) == speeds


@pytest.mark.parametrize("mode", [HvacMode.COOL, HvacMode.HEAT])
def test_fan_starts_low_and_steps_up_without_progress(mode: HvacMode) -> None:
    unit = Unit(mode=mode)
    assert unit.ask(0, beyond=0.1) == "low"
    unit.start("low")
    assert unit.ask(0.25, beyond=0.1) == "low"
    assert unit.ask(29, beyond=0.4) == "low"
    assert unit.ask(1, beyond=0.4) == "mid"
    assert unit.ask(29, beyond=0.4) == "mid"
    assert unit.ask(1, beyond=0.4) == "high"
    assert unit.ask(40, beyond=0.6) == "high"


def test_fan_speed_stays_while_room_approaches_band() -> None:
    unit = Unit()
    unit.ask(0, beyond=0.1)
    unit.start("low")
    unit.ask(0.25, beyond=0.6)
    for beyond in (0.5, 0.4, 0.3, 0.2, 0.1, -0.1, -0.1, -0.1):
        assert unit.ask(30.1, beyond=beyond) == "low"


def test_sufficient_speed_is_reused_until_short_run() -> None:
    unit = Unit()
    unit.ask(0, beyond=0.1)
    unit.start("low")
    unit.ask(0.25, beyond=0.1)
    assert unit.ask(30, beyond=0.3) == "mid"
    unit.stop()
    assert unit.ask(1, beyond=-1.0) == "mid"
    unit.start("mid")
    unit.ask(0.25, beyond=0)
    unit.ask(10, beyond=-0.9)
    unit.stop()
    assert unit.ask(1, beyond=-1.0) == "low"
    unit.start("low")
    unit.ask(0.25, beyond=0)
    unit.stop()
    assert unit.ask(1, beyond=-1.0) == "low"


def test_hot_room_gets_highest_speed() -> None:
    unit = Unit()
    assert unit.ask(0, beyond=1.1) == "high"
    unit.start("high")
    assert unit.ask(0.25, beyond=1.1) == "high"
    # Not slower in the middle of a run: each change is a beep.
    assert unit.ask(10, beyond=0.2) == "high"
    unit.stop()
    assert unit.ask(1, beyond=-1.0) == "low"


@pytest.mark.parametrize(("blows", "kept"), [("mid", "mid"), ("auto", "low")])
def test_restart_keeps_fan_speed_of_run(blows: str, kept: str) -> None:
    unit = Unit()
    unit.start(blows)
    assert unit.ask(5, beyond=0.1) == kept


def test_clock_step_keeps_fan_speed_timing() -> None:
    unit = Unit()
    unit.ask(0, beyond=0.3)
    unit.start("low")
    unit.ask(0.25, beyond=0.3)
    hour = timedelta(hours=1)
    assert unit.since is not None
    unit.advice.shift(hour)
    unit.now, unit.since = unit.now + hour, unit.since + hour
    assert unit.ask(20, beyond=0.3) == "low"
    assert unit.ask(10, beyond=0.3) == "mid"
    unit.stop()
    unit.ask(1, beyond=-1)
    unit.advice.shift(hour)  # nothing runs, so there is nothing to shift
    assert unit.ask(1, beyond=0) == "mid"


def test_no_speeds_or_room_temperature_gives_no_fan_speed() -> None:
    saved = SavedState(request=Request(), phase=Phase(on=True, since=NOW))
    device = DeviceState(on=True, mode=HvacMode.COOL)
    known = Inputs(device=device, room=30.0)
    for advice, inputs in (
        (FanSpeed(("auto",)), known),
        (FanSpeed(FANS), Inputs(device=device, room=None)),
        (FanSpeed(FANS), Inputs(device=None, room=30.0)),
    ):
        assert advice.advise(NOW, inputs, saved, Parameters()) is inputs


@pytest.mark.parametrize(
    ("asked", "hold", "fan"),
    [
        (Request(), False, "high"),
        (Request(fan="low"), False, None),  # the user's choice, and it is so already
        (Request(), True, None),
        (Request(regulate=False), False, None),
        (Request(mode=HvacMode.DRY), False, None),
    ],
)
def test_fan_speed_changes_only_in_runs_by_temperature(
    asked: Request, *, hold: bool, fan: str | None
) -> None:
    inputs = Inputs(
        device=DeviceState(on=True, mode=asked.mode, fan="low", target=16.0),
        room=30.0,
        fan="high",
        hold=Hold.begin(NOW, timedelta(hours=1)) if hold else None,
    )
    decision = decide(
        asked,
        Phase(on=True, since=NOW - timedelta(hours=1)),
        inputs,
        NOW,
        parameters=Parameters(),
        abilities=Abilities(modes=tuple(HvacMode), fans=("low", "high")),
    )
    change = replace_target(decision.change)
    assert change == Change(fan=fan)


def replace_target(change: Change) -> Change:
    """Remove the set temperature, which is not tested here."""
    return Change(on=change.on, mode=change.mode, fan=change.fan)
