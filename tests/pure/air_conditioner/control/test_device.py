"""The tracked device: accepted states, echoes and repeated commands."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.jannenkoti.kinds.air_conditioner.control.device import (
    TrackedDevice,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.driver import (
    CommandRefused,
    ConnectionType,
    DriverError,
    Unreachable,
)
from custom_components.jannenkoti.kinds.air_conditioner.model import (
    Abilities,
    Change,
    DeviceState,
    HvacMode,
)

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
OFF = DeviceState(on=False, mode=HvacMode.COOL, fan="low", target=24.0)
ON = DeviceState(on=True, mode=HvacMode.COOL, fan="low", target=24.0)


class Cloud:
    """A driver with a state set by the test."""

    echo_time = timedelta(seconds=120)
    abilities = Abilities(modes=tuple(HvacMode))

    def __init__(self) -> None:
        self.connection = ConnectionType.CLOUD
        self.reported = OFF
        self.failure: DriverError | None = None
        self.sent: list[Change] = []

    async def async_read(self) -> DeviceState:
        if self.failure is not None:
            raise self.failure
        return self.reported

    async def async_send(self, change: Change) -> None:
        if self.failure is not None:
            raise self.failure
        self.sent.append(change)

    async def async_close(self) -> None:
        """Nothing to close."""


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.fixture
def cloud() -> Cloud:
    return Cloud()


@pytest.fixture
async def device(cloud: Cloud) -> TrackedDevice:
    device = TrackedDevice(cloud, "unit")
    await device.async_read(NOW)
    return device


async def test_old_state_within_echo_time_is_ignored(
    cloud: Cloud, device: TrackedDevice
) -> None:
    assert await device.async_send(Change(on=True), NOW) == ON
    await device.async_read(at(100))
    assert (device.state, device.is_clear) == (ON, False)
    cloud.reported = ON
    await device.async_read(at(110))
    assert (device.state, device.is_clear) == (ON, True)
    assert device.echo_due is None
    # It reported a resting compressor for a while, so the start counts from now.
    assert device.was_unseen


async def test_immediate_echo_confirms_command(
    cloud: Cloud, device: TrackedDevice
) -> None:
    await device.async_send(Change(on=True), NOW)
    cloud.reported = ON
    await device.async_read(at(5))
    assert (device.state, device.echo_due) == (ON, None)
    assert (device.was_unseen, device.remote_used) == (False, False)
    assert device.disobeyed_at is None


async def test_change_without_command_is_remote_control(
    cloud: Cloud, device: TrackedDevice
) -> None:
    cloud.reported = ON
    await device.async_read(at(10))
    assert (device.state, device.remote_used) == (ON, True)
    await device.async_read(at(20))
    assert (device.state, device.remote_used) == (ON, False)


async def test_refused_command_has_no_echo(cloud: Cloud, device: TrackedDevice) -> None:
    cloud.failure = CommandRefused()
    with pytest.raises(CommandRefused):
        await device.async_send(Change(on=True), NOW)
    assert (device.state, device.echo_due, device.lost_since) == (OFF, None, None)
    assert device.commands == 0


async def test_unreachable_device_gets_no_command(
    cloud: Cloud, device: TrackedDevice
) -> None:
    cloud.failure = Unreachable()
    with pytest.raises(Unreachable):
        await device.async_read(NOW)
    cloud.failure = None
    with pytest.raises(DriverError):
        await device.async_send(Change(on=True), at(10))
    assert cloud.sent == []


async def test_unexpected_state_within_echo_time_is_remote_control(
    cloud: Cloud, device: TrackedDevice
) -> None:
    await device.async_send(Change(on=True), NOW)
    cloud.reported = DeviceState(on=False, mode=HvacMode.HEAT)
    await device.async_read(at(10))
    assert device.remote_used
    assert device.state == cloud.reported
    assert device.echo_due is None


async def test_ignored_fan_speed_is_repeated_once_and_not_by_read(
    cloud: Cloud, device: TrackedDevice
) -> None:
    await device.async_send(Change(fan="high"), NOW)
    await device.async_read(at(119))
    assert not device.repeat
    await device.async_read(at(120))
    assert len(cloud.sent) == 1
    assert device.repeat == Change(fan="high")
    await device.async_send(Change(), at(120))
    assert cloud.sent == [Change(fan="high")] * 2
    assert device.disobeyed_at is None
    await device.async_read(at(240))
    assert len(cloud.sent) == device.commands == 2
    assert device.disobeyed_at == at(240)
    assert device.state == OFF


async def test_new_fan_speed_does_not_delay_other_command(
    cloud: Cloud, device: TrackedDevice
) -> None:
    await device.async_send(Change(fan="high"), NOW)
    await device.async_read(at(10))
    assert device.echo_due == at(120)
    assert device.is_clear


async def test_power_is_none_while_command_is_unconfirmed(
    cloud: Cloud, device: TrackedDevice
) -> None:
    power = [device.power]
    await device.async_send(Change(on=True), NOW)
    power.append(device.power)
    cloud.reported = ON
    await device.async_read(at(10))
    power.append(device.power)
    cloud.failure = Unreachable()
    with pytest.raises(Unreachable):
        await device.async_read(at(20))
    assert [*power, device.power] == [False, None, True, None]


async def test_ignored_start_is_not_repeated(
    cloud: Cloud, device: TrackedDevice
) -> None:
    await device.async_send(Change(on=True), NOW)
    await device.async_read(at(120))
    assert len(cloud.sent) == 1
    assert device.disobeyed_at == at(120)
    device.shift(timedelta(hours=1))
    assert device.disobeyed_at == at(3600 + 120)


async def test_echo_of_last_run_is_awaited(cloud: Cloud, device: TrackedDevice) -> None:
    device.resume(ON, at(60))
    await device.async_read(at(59))
    assert device.state == ON
    await device.async_read(at(60))
    assert device.state == OFF
    assert cloud.sent == []


async def test_clock_step_keeps_echo_deadline(
    cloud: Cloud, device: TrackedDevice
) -> None:
    await device.async_send(Change(on=True), NOW)
    device.shift(timedelta(hours=1))
    assert device.echo_due == at(3600 + 120)
    cloud.failure = Unreachable()
    with pytest.raises(Unreachable):
        await device.async_read(at(3600))
    device.shift(timedelta(hours=1))
    assert device.lost_since == at(7200)
    device.shift(timedelta(hours=-2))
    assert device.lost_since == NOW


@pytest.mark.parametrize(
    ("seen", "seconds", "remote"),
    [
        (ON, 60, False),
        (ON, 120, False),
        (ON, 121, True),
        (DeviceState(on=True, mode=None), 60, False),
        (DeviceState(on=True, mode=HvacMode.HEAT), 60, True),
    ],
)
@pytest.mark.parametrize("step", [timedelta(0), timedelta(days=3), timedelta(hours=-1)])
async def test_refused_command_that_is_obeyed_in_time_is_not_the_remote(
    cloud: Cloud,
    device: TrackedDevice,
    seen: DeviceState,
    seconds: int,
    step: timedelta,
    *,
    remote: bool,
) -> None:
    cloud.failure = CommandRefused()
    with pytest.raises(CommandRefused):
        await device.async_send(Change(on=True), NOW)
    cloud.failure = None
    device.shift(step)
    cloud.reported = seen
    await device.async_read(at(seconds) + step)
    assert device.state == seen
    assert device.remote_used is remote


@pytest.mark.parametrize(("seconds", "unseen"), [(60, False), (61, True)])
async def test_long_loss_marks_compressor_as_unseen(
    cloud: Cloud, device: TrackedDevice, *, seconds: int, unseen: bool
) -> None:
    cloud.failure = Unreachable()
    with pytest.raises(Unreachable):
        await device.async_read(NOW)
    with pytest.raises(DriverError):
        await device.async_send(Change(on=True), NOW)
    cloud.failure = None
    await device.async_read(at(seconds))
    assert device.was_unseen is unseen


async def test_failed_command_marks_device_as_lost(
    cloud: Cloud, device: TrackedDevice
) -> None:
    cloud.failure = Unreachable()
    with pytest.raises(Unreachable):
        await device.async_send(Change(on=True), NOW)
    assert device.state is None
    assert device.lost_since == NOW


@pytest.fixture
async def moved(cloud: Cloud, device: TrackedDevice) -> TrackedDevice:
    """Return a running device after a change to a slower connection."""
    cloud.reported = ON
    await device.async_read(NOW)
    device.remote_used = False
    cloud.connection, cloud.reported = ConnectionType.LAN, OFF
    await device.async_read(at(10))
    return device


async def test_changed_connection_is_not_accepted_during_echo_time(
    cloud: Cloud, moved: TrackedDevice
) -> None:
    assert (moved.state, moved.remote_used, moved.is_clear) == (ON, False, False)
    cloud.reported = ON
    await moved.async_read(at(100))
    assert (moved.state, moved.remote_used, moved.is_clear) == (ON, False, True)
    assert moved.echo_due is None


async def test_lasting_difference_after_connection_change_is_remote_control(
    cloud: Cloud, moved: TrackedDevice
) -> None:
    await moved.async_read(at(129))
    assert not moved.remote_used
    await moved.async_read(at(130))
    assert (moved.state, moved.remote_used) == (OFF, True)
    assert not cloud.sent
    assert moved.disobeyed_at is None


async def test_slower_connection_extends_echo_deadline(
    cloud: Cloud, device: TrackedDevice
) -> None:
    cloud.echo_time = timedelta(seconds=5)
    await device.async_send(Change(on=True), NOW)
    cloud.connection, cloud.echo_time = ConnectionType.LAN, timedelta(seconds=120)
    await device.async_read(at(4))
    await device.async_read(at(120))
    assert (device.state, device.disobeyed_at) == (ON, None)
    await device.async_read(at(124))
    assert (device.state, device.disobeyed_at) == (OFF, at(124))


async def test_command_after_connection_change_is_awaited_alone(
    cloud: Cloud, moved: TrackedDevice
) -> None:
    cloud.reported = DeviceState(on=True, mode=HvacMode.COOL, fan="high", target=24.0)
    await moved.async_send(Change(target=20.0), at(20))
    await moved.async_read(at(140))
    await moved.async_send(Change(), at(140))
    # The fan speed was changed by another source: only the command is repeated.
    assert cloud.sent == [Change(target=20.0), Change(target=20.0)]


async def test_other_connection_after_loss_is_accepted(
    cloud: Cloud, device: TrackedDevice
) -> None:
    cloud.failure = Unreachable()
    with pytest.raises(Unreachable):
        await device.async_read(at(10))
    cloud.failure, cloud.connection, cloud.reported = None, ConnectionType.LAN, ON
    await device.async_read(at(20))
    assert (device.state, device.remote_used) == (ON, False)
