"""Failover between several connections to one air conditioner."""

from datetime import UTC, datetime, timedelta
from typing import override

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from custom_components.jannenkoti.kinds.air_conditioner.control.device import (
    TrackedDevice,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.driver import (
    BadCredentials,
    CommandRefused,
    ConnectionType,
    DriverError,
    SubscriptionExpired,
    Unreachable,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.failover import Failover
from custom_components.jannenkoti.kinds.air_conditioner.model import (
    Abilities,
    Change,
    DeviceState,
    HvacMode,
)

from ..control.test_thermostat import done

OFF = DeviceState(on=False, mode=HvacMode.COOL, fan="low", target=24.0)
ON = DeviceState(on=True, mode=HvacMode.COOL, fan="low", target=24.0)


class Way:
    """A connection that works or fails as set by the test."""

    def __init__(self, connection: ConnectionType, echo: float) -> None:
        self.connection = connection
        self.echo_time = timedelta(seconds=echo)
        self.abilities = Abilities(modes=tuple(HvacMode), fans=("low", "high"))
        self.reported = OFF
        self.failure: DriverError | None = None
        self.asked = 0
        self.sent: list[Change] = []
        self.closed = False

    async def async_read(self) -> DeviceState:
        self.asked += 1
        if self.failure is not None:
            raise self.failure
        return self.reported

    async def async_send(self, change: Change) -> None:
        if self.failure is not None:
            raise self.failure
        self.sent.append(change)

    async def async_close(self) -> None:
        self.closed = True


class Home:
    """Two connections and a clock."""

    def __init__(self) -> None:
        self.ticks = 0.0
        self.lan, self.cloud = (
            Way(ConnectionType.LAN, 5),
            Way(ConnectionType.CLOUD, 120),
        )
        self.failover = Failover(
            [self.lan, self.cloud],
            name="unit",
            ticks=lambda: self.ticks,
            random=lambda: 1.0,
        )


@pytest.fixture
def home() -> Home:
    return Home()


async def test_first_connection_is_used_and_second_checked_daily(home: Home) -> None:
    assert home.failover.echo_time == timedelta(seconds=120)
    assert await home.failover.async_read() == OFF
    assert home.cloud.asked == 0
    home.ticks = 300
    for _ in range(9):
        assert await home.failover.async_read() == OFF
    assert (home.lan.asked, home.cloud.asked) == (10, 1)
    assert (home.failover.connection, home.failover.echo_time) == (
        ConnectionType.LAN,
        home.lan.echo_time,
    )
    home.ticks += 86_400
    home.cloud.failure = SubscriptionExpired()
    await home.failover.async_read()
    assert home.failover.failures == {ConnectionType.CLOUD: home.cloud.failure}
    home.ticks, home.cloud.failure = home.ticks + 3600, None
    await home.failover.async_read()
    assert not home.failover.failures


async def test_lost_connection_fails_over_at_once_and_is_retried_with_backoff(
    home: Home,
) -> None:
    await home.failover.async_read()
    home.lan.failure, home.cloud.reported = Unreachable(), ON
    assert await home.failover.async_read() == ON
    assert (home.failover.connection, home.failover.echo_time) == (
        ConnectionType.CLOUD,
        home.cloud.echo_time,
    )
    assert home.failover.failures == {ConnectionType.LAN: home.lan.failure}
    for second in range(3600):
        home.ticks = second
        await home.failover.async_read()
    # After 1, 2, 4, 8, 16, 30 minutes: in an hour five times, and the first two.
    assert home.lan.asked == 7
    home.lan.failure, home.ticks = None, 8000
    assert await home.failover.async_read() == OFF
    assert home.failover.connection is ConnectionType.LAN
    assert not home.failover.failures


async def test_all_connections_lost_raises_relevant_error(
    home: Home,
) -> None:
    home.lan.failure, home.cloud.failure = Unreachable(), SubscriptionExpired()
    for asked in (1, 2):
        with pytest.raises(SubscriptionExpired):
            await home.failover.async_read()
        assert (home.lan.asked, home.cloud.asked) == (asked, asked)
    home.cloud.failure = Unreachable()
    with pytest.raises(Unreachable):
        await home.failover.async_read()
    home.cloud.failure = None
    await home.failover.async_read()
    home.cloud.failure = Unreachable()
    asked = home.lan.asked
    with pytest.raises(Unreachable):
        await home.failover.async_read()
    assert home.lan.asked == asked + 1


async def test_wrong_local_key_fails_over_at_once(home: Home) -> None:
    home.lan.failure = BadCredentials()
    assert await home.failover.async_read() == OFF
    assert isinstance(home.failover.failures[ConnectionType.LAN], BadCredentials)


async def test_command_uses_working_connection(home: Home) -> None:
    change = Change(on=True)
    await home.failover.async_send(change)
    home.lan.failure = Unreachable()
    await home.failover.async_send(change)
    assert (home.lan.sent, home.cloud.sent) == ([change], [change])
    assert home.failover.connection is ConnectionType.CLOUD
    home.cloud.failure = SubscriptionExpired()
    with pytest.raises(SubscriptionExpired):
        await home.failover.async_send(change)
    assert home.failover.failures.keys() == {ConnectionType.LAN, ConnectionType.CLOUD}
    home.lan.failure = home.cloud.failure = None
    await home.failover.async_read()
    home.cloud.failure = CommandRefused()
    with pytest.raises(CommandRefused):
        await home.failover.async_send(change)
    assert home.lan.sent == [change]


async def test_values_unknown_to_first_connection_are_hidden(home: Home) -> None:
    home.lan.failure = Unreachable()
    home.cloud.reported = DeviceState(
        on=True, mode=HvacMode.COOL, fan="strong", target=24.0
    )
    seen = await home.failover.async_read()
    assert (seen.mode, seen.fan) == (HvacMode.COOL, None)
    home.lan.abilities = Abilities(fans=("strong",))
    seen = await home.failover.async_read()
    assert (seen.mode, seen.fan) == (None, "strong")


async def test_single_connection_behaves_like_its_driver() -> None:
    way = Way(ConnectionType.CLOUD, 120)
    failover = Failover([way], name="unit", ticks=lambda: 0.0, random=lambda: 1.0)
    assert (failover.connection, failover.echo_time) == (
        ConnectionType.CLOUD,
        way.echo_time,
    )
    assert failover.abilities is way.abilities
    way.failure = Unreachable()
    for _ in range(3):
        with pytest.raises(Unreachable):
            await failover.async_read()
    with pytest.raises(Unreachable):
        await failover.async_send(Change(on=True))
    await failover.async_close()
    assert way.closed


class LosingWays(RuleBasedStateMachine):
    """Connections fail and recover, the cloud lags, no remote control is used."""

    def __init__(self) -> None:
        super().__init__()
        self.home = Home()
        self.now = datetime(2026, 7, 1, tzinfo=UTC)
        self.truth = OFF
        self.history = [(self.now, OFF)]
        self.device = TrackedDevice(self.home.failover, "unit")

    def poll(self) -> None:
        self.home.lan.reported = self.truth
        lagged = self.now - timedelta(seconds=119)
        old = [state for at, state in self.history if at <= lagged]
        self.home.cloud.reported = old[-1] if old else OFF
        try:
            done(self.device.async_read(self.now))
        except DriverError:
            assert self.device.state is None

    @rule(seconds=st.integers(1, 300))
    def time_passes(self, seconds: int) -> None:
        for _ in range(0, seconds, 15):
            self.now += timedelta(seconds=15)
            self.home.ticks += 15
            self.poll()

    @rule(lan=st.booleans(), cloud=st.booleans())
    def ways_come_and_go(self, *, lan: bool, cloud: bool) -> None:
        self.home.lan.failure = None if lan else Unreachable()
        self.home.cloud.failure = None if cloud else Unreachable()
        self.poll()

    @rule(on=st.booleans())
    def the_thermostat_commands(self, *, on: bool) -> None:
        if self.device.state is None or not self.device.is_clear:
            return
        try:
            done(self.device.async_send(Change(on=on), self.now))
        except DriverError:
            return
        self.truth = self.truth.after(Change(on=on))
        self.history.append((self.now, self.truth))

    @invariant()
    def remote_control_is_never_reported(self) -> None:
        assert not self.device.remote_used
        if self.device.state is not None and self.device.echo_due is None:
            assert self.device.state.on is self.truth.on or self.just_back()

    def just_back(self) -> bool:
        """Return whether only a lagging connection is left after a silence."""
        return self.now - self.history[-1][0] < timedelta(seconds=120)

    @override
    def teardown(self) -> None:
        done(self.home.failover.async_close())


LosingWays.TestCase.settings = settings(max_examples=60, stateful_step_count=30)
TestLosingWays = LosingWays.TestCase
