"""What devices, brokers and clocks can do to schedules, holds and commands."""

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.jannenkoti.kinds.mqtt_devices.claims.claim import Claim
from custom_components.jannenkoti.kinds.mqtt_devices.claims.registry import (
    DeviceRegistry,
)
from custom_components.jannenkoti.kinds.mqtt_devices.devices.modes import Update

if TYPE_CHECKING:
    from datetime import tzinfo

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
HELSINKI = ZoneInfo("Europe/Helsinki")
X = Claim(
    serial="X",
    configuration={"modo": "horario", "horarios": "mon 14:00-15:00"},
)


def new_registry(
    *, zone: tzinfo = UTC, claim: Claim = X, **more: Any
) -> DeviceRegistry:
    registry = DeviceRegistry(zone, per_minute=600, **more)
    registry.claim(claim)
    return registry


def say(
    registry: DeviceRegistry, at: datetime, *, estado: str = "inactivo", **said: Any
) -> None:
    registry.receive(json.dumps({"serial_number": "X", "estado": estado, **said}), at)


def restart(registry: DeviceRegistry, **more: Any) -> DeviceRegistry:
    """Restart with what is stored."""
    stored = json.loads(json.dumps([registry.settings(), registry.history()]))
    return new_registry(**{"settings": stored[0], "history": stored[1], **more})


def used() -> tuple[DeviceRegistry, datetime]:
    """Return a device that was received every ten seconds, and the time."""
    registry, now = new_registry(), NOON - timedelta(minutes=10)
    while now < NOON:
        now += 10 * SECOND
        say(registry, now)
    return registry, now


def test_frozen_device_stays_available() -> None:
    registry, now = used()
    before = registry.claimed["X"].device
    for _ in range(500):
        now += 10 * SECOND
        say(registry, now)
    after = registry.claimed["X"].device
    assert (after.silent, after.conflict, after.version) == (
        False,
        None,
        before.version,
    )
    assert after.last_seen == now


@pytest.mark.parametrize("apart", [0.0, 0.005, 0.5])
def test_repeated_messages_are_no_serial_conflict(apart: float) -> None:
    registry, now = used()
    rules = registry.claimed["X"]
    for _ in range(60):
        now += 10 * SECOND
        say(registry, now)
        say(registry, now + apart * SECOND)
        assert rules.device.conflict is None
    assert rules.rhythm.interval == 10 * SECOND


def test_late_or_reordered_messages_do_not_undo_a_command() -> None:
    registry, now = used()
    rules = registry.claimed["X"]
    rules.update(Update(on=True), now)
    for _ in range(3):
        say(registry, now + SECOND)  # sent before the command
        assert rules.device.on is True
    say(registry, now + 2 * SECOND, estado="activo")
    say(registry, now + 3 * SECOND)  # the last of the old ones: what it says counts,
    assert rules.device.on is False
    assert rules.device.served.on is True  # and what it is sent stays.


@pytest.mark.parametrize(
    "said",
    [b"", b"\xff", b"[" * 100_000, b"null", b'{"serial_number": 0}', b'{"estado": 1}'],
)
def test_corrupt_message_is_counted_and_changes_nothing(said: bytes) -> None:
    registry, now = used()
    rules = registry.claimed["X"]
    before, silent_after = rules.device, rules.rhythm.silent_after
    assert registry.receive(said, now + SECOND) is None
    assert rules.device is before
    assert rules.rhythm.silent_after == silent_after
    assert sum(registry.rejected.values()) == 1


@pytest.mark.parametrize("crash", [False, True])
def test_restart_during_a_command_still_sends_it(*, crash: bool) -> None:
    registry, now = used()
    rules = registry.claimed["X"]
    rules.update(Update(on=True), now)
    sent = rules.device
    # What devices have reported is saved a quarter of an hour later.
    history: dict[str, Any] = {"history": {}} if crash else {}
    again = restart(registry, **history).claimed["X"]
    assert again.device.served == sent.served
    assert (again.device.version, again.device.held) == (sent.version, sent.held)
    assert again.device.acknowledged is None
    assert again.device.silent
    again.tick(NOON + 2 * HOUR)
    assert again.device.served.document["modo"] == "horario"


def test_hold_that_ended_during_downtime_is_over() -> None:
    registry, now = used()
    registry.claimed["X"].update(Update(on=True), now)
    registry = restart(registry)
    say(registry, NOON + 3 * HOUR)
    assert registry.claimed["X"].device.held is None


# Clocks


@pytest.mark.parametrize("step", [-HOUR, 3 * HOUR])
@pytest.mark.parametrize("restarted", [False, True])
def test_hold_ends_when_the_clock_makes_it_impossible(
    step: timedelta, *, restarted: bool
) -> None:
    registry, now = used()
    registry.claimed["X"].update(Update(on=True), now)
    if restarted:
        registry = restart(registry)
    version = registry.claimed["X"].device.version
    say(registry, now + step)
    device = registry.claimed["X"].device
    assert (device.held, device.version) == (None, version + 1)
    assert device.served.document["modo"] == "horario"


@pytest.mark.parametrize(
    ("step", "on", "hour"), [(2.5, True, 15), (-1, False, 14), (4, False, 14)]
)
def test_schedule_follows_a_clock_step(step: float, hour: int, *, on: bool) -> None:
    registry, now = used()
    rules = registry.claimed["X"]
    assert rules.decides(now) is False
    now += step * HOUR
    assert rules.decides(now) is on
    change = rules.next_change(now)
    assert change is not None
    assert change.hour == hour


@pytest.mark.parametrize("step", [-HOUR, HOUR])
def test_clock_step_does_not_change_the_report_interval(step: timedelta) -> None:
    registry, now = used()
    now += step
    for _ in range(6):
        now += 10 * SECOND
        say(registry, now)
    assert registry.claimed["X"].rhythm.interval == 10 * SECOND


@pytest.mark.parametrize(
    ("night", "text", "hours"),
    [
        # 03:00 becomes 04:00: a skipped time is the end of the skipped hour.
        ("2026-03-29", "sun 02:00-06:00", (0, 3)),
        ("2026-03-29", "sun 03:30-06:00", (1, 3)),
        # 04:00 becomes 03:00: a repeated time counts the first time.
        ("2026-10-25", "sun 02:00-06:00", (-1, 4)),
        ("2026-10-25", "sun 03:30-06:00", (0.5, 4)),
        ("2026-10-25", "sun 02:00-03:30", (-1, 0.5)),
    ],
)
def test_schedule_in_both_nights_of_clock_changes(
    night: str, text: str, hours: tuple[float, float]
) -> None:
    claim = Claim(serial="X", configuration={"modo": "horario", "horarios": text})
    rules = new_registry(zone=HELSINKI, claim=claim).claimed["X"]
    midnight = datetime.fromisoformat(f"{night}T00:00:00+00:00")
    begin, end = (midnight + at * HOUR for at in hours)
    minute = timedelta(minutes=1)
    assert rules.next_change(begin - HOUR) == begin
    was = [rules.decides(at) for at in (begin - minute, begin, end - minute, end)]
    assert was == [False, True, True, False]
    # Who switches it off meanwhile holds it until the edge, however long the night.
    rules.update(Update(on=False), begin + minute)
    assert rules.device.held is not None
    assert rules.device.held.hold.until == end
