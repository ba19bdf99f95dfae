"""Early start for the end of a night and for arrivals."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.air_conditioner.control.decide import Reason
from custom_components.jannenkoti.kinds.air_conditioner.control.thermostat import (
    Thermostat,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.driver import (
    ConnectionType,
)
from custom_components.jannenkoti.kinds.air_conditioner.estimator.estimate import (
    RoomEstimate,
)
from custom_components.jannenkoti.kinds.air_conditioner.model import (
    Abilities,
    Change,
    DeviceState,
    HvacMode,
)
from custom_components.jannenkoti.kinds.air_conditioner.options import Options
from custom_components.jannenkoti.kinds.air_conditioner.planning.occupancy import (
    Occupancy,
)
from custom_components.jannenkoti.kinds.air_conditioner.planning.overrides import (
    Overrides,
    Preset,
)
from custom_components.jannenkoti.kinds.air_conditioner.planning.plan import Plan
from custom_components.jannenkoti.kinds.air_conditioner.planning.planner import Planner
from custom_components.jannenkoti.kinds.air_conditioner.planning.precool import (
    Expected,
    Precooler,
    expected_at,
    next_arrival,
)
from custom_components.jannenkoti.lib.clock import Clocks

from ..control.test_thermostat import done
from ..estimator.test_estimate import ordinary
from ..simulated_room import NIGHT, Room

HELSINKI = ZoneInfo("Europe/Helsinki")
MORNING = datetime(2026, 7, 2, 7, tzinfo=UTC)
ASLEEP = Plan(preset=Preset.SLEEP, asleep=True, ready_at=MORNING, edge=MORNING)
AWAY = Plan(preset=Preset.AWAY, relief=4.0)
LONGEST = timedelta(hours=3)


def before(minutes: float) -> datetime:
    return MORNING - timedelta(minutes=minutes)


def early(plan: Plan, minutes: float, need: float | None) -> Plan:
    return Precooler().early(
        plan,
        MORNING,
        before(minutes),
        need=None if need is None else timedelta(minutes=need),
        longest=LONGEST,
    )


@pytest.mark.parametrize("plan", [ASLEEP, AWAY])
@pytest.mark.parametrize(
    ("minutes", "need", "begins"),
    [
        (56, 40, False),
        (55, 40, True),  # 25 % more than predicted, plus five minutes
        (1, 40, True),
        (0, 40, False),  # it is over
        (55, 0, False),  # the room is ready
        (55, None, False),  # unknown
        (181, 400, False),  # earlier than the option allows
        (180, 400, True),
    ],
)
def test_early_start_uses_predicted_time_with_reserve(
    plan: Plan, minutes: float, need: float | None, *, begins: bool
) -> None:
    found = early(plan, minutes, need)
    assert found.early is begins
    if begins:
        assert not found.asleep
        assert found.relief == 0
        assert found.edge == MORNING
    else:
        assert found == plan


@pytest.mark.parametrize(
    "plan", [Plan(), Plan(preset=Preset.ECO, relief=2.0), Plan(preset=Preset.SLEEP)]
)
def test_other_presets_have_no_early_start(plan: Plan) -> None:
    assert early(plan, 10, 60) == plan


def test_early_start_lasts_until_room_is_needed() -> None:
    precooler = Precooler()

    def is_early(minutes: float, need: float | None) -> bool:
        known = None if need is None else timedelta(minutes=need)
        at = before(minutes)
        plan = precooler.early(ASLEEP, None, at, need=known, longest=LONGEST)
        return plan.early

    assert is_early(50, 40)
    assert is_early(30, 1)
    assert is_early(20, 0)
    assert not is_early(19, None)  # the sensor is silent: asleep again
    assert not is_early(18, 1)
    assert is_early(17, 12)
    assert not is_early(0, 0)


def test_later_arrival_does_not_start_early_at_once() -> None:
    precooler, need = Precooler(), timedelta(minutes=40)
    at = before(50)
    assert precooler.early(AWAY, MORNING, at, need=need, longest=LONGEST).early
    later = MORNING + timedelta(hours=1)
    assert not precooler.early(AWAY, later, at, need=need, longest=LONGEST).early
    assert not precooler.early(AWAY, None, at, need=need, longest=LONGEST).early


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (None, None),
        ("unknown", None),
        ("unavailable", None),
        ("2026-07-02", None),
        ("17:30:00", time(17, 30)),
        ("2026-07-02 17:30:00", datetime(2026, 7, 2, 17, 30, tzinfo=HELSINKI)),
        ("2026-07-02T14:30:00+00:00", datetime(2026, 7, 2, 14, 30, tzinfo=UTC)),
    ],
)
def test_arrival_state_is_parsed(state: str | None, expected: Expected) -> None:
    assert expected_at(state, HELSINKI) == expected


@given(st.text())
def test_any_text_gives_arrival_time_or_none(text: str) -> None:
    found = expected_at(text, UTC)
    assert found is None or isinstance(found, datetime | time)


@given(
    expected=st.lists(
        st.none()
        | st.times()
        | st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(  # noqa: DTZ001
            lambda at: at.replace(tzinfo=HELSINKI)
        )
    ),
    hours=st.integers(0, 365 * 24),
)
def test_next_arrival_is_nearest_in_future(
    expected: list[Expected], hours: int
) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    found = next_arrival(expected, now, HELSINKI)
    ahead = [one for one in expected if isinstance(one, datetime) and one > now]
    if found is None:
        assert not any(isinstance(one, time) for one in expected)
        assert not ahead
        return
    assert now < found <= min(ahead, default=found)
    if any(isinstance(one, time) for one in expected):
        assert found - now <= timedelta(hours=26)  # a day, and the end of summer time


def planned(*, gone: bool, precool: float = 3) -> Plan:
    options = Options.parse(
        {
            "temperature_sensors": ["a"],
            "sleep": True,
            "precool": precool,
            "people": ["person.a"],
            "arrivals": ["input_datetime.home"],
        }
    )
    planner = Planner(
        options.planning,
        options.weekly(UTC),
        options.people,
        arrivals=options.arrivals,
    )
    assert set(planner.watched) == {"person.a", "input_datetime.home"}
    planner.receive("person.a", "not_home" if gone else "home")
    planner.receive("input_datetime.home", "2026-07-02 12:00:00")
    now = MORNING - timedelta(minutes=30)
    around = Occupancy(gone_since=MORNING - timedelta(days=1) if gone else None)
    return planner.plan(Overrides(), around, now, timedelta(hours=1))


def test_night_with_people_home_starts_early() -> None:
    assert planned(gone=False).early
    assert not planned(gone=False, precool=0).early


def test_night_without_people_home_does_not_start_early() -> None:
    assert not planned(gone=True).early


class Unit:
    """The unit of a simulated room."""

    abilities = Abilities(modes=(HvacMode.COOL,))
    echo_time = timedelta(seconds=5)
    connection = ConnectionType.LAN

    def __init__(self, room: Room) -> None:
        self.room = room
        self.state = DeviceState(on=False, mode=HvacMode.COOL, target=16.0)

    async def async_read(self) -> DeviceState:
        return self.state

    async def async_send(self, change: Change) -> None:
        self.state = self.state.after(change)
        self.room.on = self.state.on

    async def async_close(self) -> None:
        """Nothing to close."""


def night(*, trusted: bool) -> tuple[list[tuple[datetime, Reason, bool]], float]:
    """Simulate a night; return the decisions, and the room when it ends."""
    start = NIGHT + timedelta(days=4, hours=23)
    room = Room(now=start, temperature=24.5, seed=5, mean=32.0)
    unit = Unit(room)
    options = Options.parse(
        {"temperature_sensors": ["a"], "sleep": True, "precool": 3, "below": 0.5}
    )

    def clocks() -> Clocks:
        return Clocks(wall=room.now, ticks=(room.now - start).total_seconds())

    thermostat = Thermostat(unit, "unit", options, UTC, clocks)
    if trusted:
        thermostat.analytics.room = RoomEstimate.from_dict(ordinary())
    log: list[tuple[datetime, Reason, bool]] = []
    while room.now < NIGHT + timedelta(days=5, hours=7):
        thermostat.receive("a", room.read(), room.now)
        snapshot = done(thermostat.async_poll())
        log.append((room.now, snapshot.decision.reason, room.on))
        room.wait(60)
    return log, room.temperature


def test_room_reaches_target_at_end_of_hot_night() -> None:
    log, temperature = night(trusted=True)
    assert temperature <= 25.0  # in the band around 24.5 °C
    begun = [at for at, reason, _ in log if reason is Reason.PRECOOLING]
    end = NIGHT + timedelta(days=5, hours=7)
    assert timedelta(minutes=30) < end - begun[0] < timedelta(minutes=90)
    slept = [on for at, _, on in log if end - timedelta(hours=7) < at < begun[0]]
    assert slept
    assert not any(slept)


def test_untrusted_room_model_does_not_start_early() -> None:
    log, temperature = night(trusted=False)
    assert temperature > 25.5
    assert all(reason is not Reason.PRECOOLING for _, reason, _ in log)
