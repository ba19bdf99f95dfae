"""The air conditioner as last observed, with the echoes of our commands applied."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ....const import LOGGER
from ....lib.echo import Echo, Verdict
from ..drivers.driver import CommandRefused, DriverError
from ..model import Change, DeviceState

if TYPE_CHECKING:
    from datetime import datetime

    from ..drivers.driver import ConnectionType, Driver
    from ..model import HvacMode


# A device that has not answered for longer may have stopped and started unseen.
_BLINK = timedelta(minutes=1)

# How often an unconfirmed command is checked. A press of the remote control is
# recognized only if a read falls between our own change and the press.
_CHECK = timedelta(seconds=5)

# Older states may have changed since they were read.
_FRESH = timedelta(seconds=1)


@dataclass(frozen=True, kw_only=True)
class _Sent:
    """A command under way."""

    change: Change
    echo: Echo[DeviceState]
    may_repeat: bool
    powers: tuple[bool, ...] | None = None
    """The powers that may still be reported, oldest first; None if that is unknown.

    It is after a restart and after a change of the connection.
    """
    modes: frozenset[HvacMode | None] = frozenset()
    """The modes that may still be reported."""
    target: float | None = None
    """The reported set temperature when the command was sent, °C."""
    is_doubt: bool = False
    """Whether there is no command, but a new connection whose state may lag."""

    def allows(self, seen: DeviceState) -> bool:
        """Whether the device is on its way from the old state to the expected one."""
        if self.powers is None:
            return True
        return seen.on in self.powers and seen.mode in (*self.modes, None)

    def passed(self, seen: DeviceState) -> _Sent:
        """Return this without the powers that were reported before this state.

        Reports come in order, so an earlier power that returns is a new change.
        """
        if self.powers is None or seen.on not in self.powers:
            return self
        return replace(self, powers=self.powers[self.powers.index(seen.on) :])

    @property
    def has_passed(self) -> bool:
        """Whether no earlier power can be reported any more."""
        return self.powers is None or len(self.powers) == 1

    def shows_remote(self, seen: DeviceState) -> bool:
        """Whether the set temperature is one that nothing but a remote has set."""
        known = (self.target, self.echo.expected.target)
        untouched = self.change.target is None and self.change.mode is None
        if self.powers is None or seen.target is None or not untouched:
            return False
        return seen.target not in known


class TrackedDevice:
    """One air conditioner behind its driver; the only user of that driver."""

    def __init__(self, driver: Driver, name: str) -> None:
        """Initialize with an unknown state."""
        self.driver = driver
        self.state: DeviceState | None = None
        """The accepted state; None while the device does not respond."""
        self.remote_used = False
        """Whether the last read found it switched by another source."""
        self.was_unseen = False
        """Whether the compressor may have stopped and started before the last read."""
        self.disobeyed_at: datetime | None = None
        """When it was found that the last command had no effect."""
        self.repeat = Change()
        """Part of the last command that had no effect and should be sent once more."""
        self.commands = 0
        """Commands sent so far."""
        self._name = name
        self.lost_since: datetime | None = None
        """Since when it has not responded; None while it responds."""
        self._sent: _Sent | None = None
        self._refused: Echo[DeviceState] | None = None
        self._read_at: datetime | None = None
        self._reported: DeviceState | None = None
        self._in_doubt = False
        self._lags_until: datetime | None = None
        self._connection: ConnectionType | None = None

    @property
    def echo_due(self) -> datetime | None:
        """Return until when the device may still report its old state."""
        return None if self._sent is None else self._sent.echo.deadline

    @property
    def check_at(self) -> datetime | None:
        """Return when to read it next because a command is unconfirmed."""
        if self._sent is None:
            return None
        due = self._sent.echo.deadline
        return due if self._read_at is None else min(due, self._read_at + _CHECK)

    def is_fresh(self, now: datetime) -> bool:
        """Return whether it was read so recently that it may be switched."""
        return self._read_at is not None and now - self._read_at < _FRESH

    @property
    def power(self) -> bool | None:
        """Return whether it is on; None while a command is unconfirmed."""
        if self.state is None or self._sent is not None:
            return None
        return self.state.on

    async def async_read(self, now: datetime) -> None:
        """Read the state of the device; raises DriverError."""
        self.remote_used = self.was_unseen = False
        self.repeat = Change()
        self._read_at = now
        try:
            seen = self._reported = await self.driver.async_read()
            self._find(now)
            self._check_connection(now)
            if self._sent is not None:
                self.state = self._judge(self._sent, seen, now)
            else:
                self.remote_used = (
                    self.state is not None
                    and self.state.on is not seen.on
                    and not self._may_have_obeyed(seen, now)
                )
                self.state = seen
        except DriverError as err:
            self._lose(err, now)
            raise

    @property
    def is_clear(self) -> bool:
        """Whether the reported state is the expected one, so that a command is safe.

        Another power or mode may be an old state, or a change by remote control. A
        command could then start a compressor that has just stopped.
        """
        reported, accepted = self._reported, self.state
        if self._sent is None or reported is None or accepted is None:
            return True
        return reported.on is accepted.on and reported.mode is accepted.mode

    async def async_send(self, change: Change, now: datetime) -> DeviceState:
        """Send a command and return the expected state; raises DriverError.

        What is to be repeated goes along with it, and is not repeated again.
        """
        if self.state is None:
            raise DriverError
        repeated = Change() if change.on is False else self.repeat
        self.repeat = Change()
        change = repeated.then(change)
        if change.on and change.mode is None and self._lags(now):
            # Its mode may be an old one, and another could start the compressor.
            change = replace(change, mode=self.state.mode)
        return await self._async_send(change, now, may_repeat=not repeated)

    def resume(self, expected: DeviceState, deadline: datetime) -> None:
        """Continue to wait for the echo of a command of the last run."""
        echo = Echo(expected=expected, deadline=deadline)
        change = _all_of(expected)
        self._sent = _Sent(change=change, echo=echo, may_repeat=False)
        self.state = expected

    def shift(self, step: timedelta) -> None:
        """Keep waiting as long as before after the clock was stepped."""
        if self.lost_since is not None:
            self.lost_since += step
        if self.disobeyed_at is not None:
            self.disobeyed_at += step
        if self._lags_until is not None:
            self._lags_until += step
        if self._read_at is not None:
            self._read_at += step
        if (refused := self._refused) is not None:
            self._refused = replace(refused, deadline=refused.deadline + step)
        if self._sent is not None:
            echo = self._sent.echo
            echo = replace(echo, deadline=echo.deadline + step)
            self._sent = replace(self._sent, echo=echo)

    async def _async_send(
        self, change: Change, now: datetime, *, may_repeat: bool
    ) -> DeviceState:
        state = self.state or DeviceState(on=False)
        try:
            await self.driver.async_send(change)
        except CommandRefused:
            # It responded, so the connection is not lost. It may obey all the same.
            deadline = now + self.driver.echo_time
            self._refused = Echo(expected=state.after(change), deadline=deadline)
            raise
        except DriverError as err:
            self._lose(err, now)
            raise
        self.commands += 1
        self._refused = None
        expected = state.after(change)
        self._sent = self._awaiting(change, state, expected, now, may_repeat=may_repeat)
        self.state = expected
        return expected

    def _may_have_obeyed(self, seen: DeviceState, now: datetime) -> bool:
        """Return whether a state is that of a command that was refused recently."""
        refused = self._refused
        if refused is None or now > refused.deadline:
            return False
        expected = refused.expected
        return seen.on is expected.on and seen.mode in (expected.mode, None)

    def _awaiting(
        self,
        change: Change,
        state: DeviceState,
        expected: DeviceState,
        now: datetime,
        *,
        may_repeat: bool,
    ) -> _Sent:
        """Return a command as sent; an unconfirmed earlier one is part of it."""
        earlier = None if self._sent is None or self._sent.is_doubt else self._sent
        before = self._reported or state
        powers: tuple[bool, ...] = (before.on,)
        modes = frozenset({before.mode, expected.mode})
        if earlier is not None:
            change = earlier.change.then(change)
            powers, modes = earlier.powers or powers, modes | earlier.modes
        if powers[-1] is not expected.on:
            powers = (*powers, expected.on)
        return _Sent(
            change=change,
            echo=Echo(expected=expected, deadline=now + self.driver.echo_time),
            may_repeat=may_repeat,
            powers=powers,
            modes=modes,
            target=before.target,
        )

    def _judge(self, sent: _Sent, seen: DeviceState, now: datetime) -> DeviceState:
        """Return the accepted state while a command is unconfirmed."""
        if seen.compressor is not sent.echo.expected.compressor:
            self._in_doubt = True
        if not sent.allows(seen):
            return self._accept(sent, seen)
        sent = self._sent = sent.passed(seen)
        missing = sent.change.differing(seen)
        done = not missing and (sent.has_passed or now >= sent.echo.deadline)
        verdict = sent.echo.judge(confirmed=done, now=now)
        if verdict is Verdict.PENDING:
            return sent.echo.expected
        if sent.is_doubt:
            return self._accept(sent, seen)
        # A switch of the compressor is not repeated: the device may have obeyed and
        # been switched back since, and then the minimum times apply first.
        switches = seen.after(missing).compressor is not seen.compressor
        if verdict is Verdict.MISSED and sent.may_repeat and not switches:
            self.repeat = missing
            return sent.echo.expected
        self.disobeyed_at = None
        if verdict is Verdict.MISSED and switches and sent.shows_remote(seen):
            return self._accept(sent, seen)
        self._end_of_doubt()
        if verdict is Verdict.MISSED:
            LOGGER.warning("%s ignored the last command", self._name)
            self.disobeyed_at = now
        return seen

    def _accept(self, sent: _Sent, seen: DeviceState) -> DeviceState:
        """Accept a state that our commands do not explain."""
        self.remote_used = seen.on is not sent.echo.expected.on
        self._end_of_doubt()
        return seen

    def _check_connection(self, now: datetime) -> None:
        """After a change of the connection, wait until its state is up to date."""
        before, self._connection = self._connection, self.driver.connection
        if before in (None, self._connection):
            return
        deadline = self._lags_until = now + self.driver.echo_time
        if self._sent is not None:
            deadline = max(deadline, self._sent.echo.deadline)
            echo = replace(self._sent.echo, deadline=deadline)
            self._sent = replace(self._sent, echo=echo, powers=None)
            return
        if self.state is None:
            return
        self._sent = _Sent(
            change=_all_of(self.state),
            echo=Echo(expected=self.state, deadline=deadline),
            may_repeat=False,
            is_doubt=True,
        )

    def _lags(self, now: datetime) -> bool:
        """Return whether the connection changed so recently that it may lag."""
        return self._lags_until is not None and now < self._lags_until

    def _end_of_doubt(self) -> None:
        """Stop waiting for an echo; a deviation meanwhile has an unknown cause."""
        self.was_unseen |= self._in_doubt
        self._sent, self._in_doubt = None, False

    def _find(self, now: datetime) -> None:
        """Record that the device responds; logged once."""
        if self.lost_since is not None:
            LOGGER.info("%s responds again", self._name)
            # Meanwhile power may have failed, or the remote control been used.
            self.was_unseen = now - self.lost_since > _BLINK
            self.lost_since = None

    def _lose(self, err: DriverError, now: datetime) -> None:
        """Record that the device does not respond; logged once."""
        if self.lost_since is None:
            LOGGER.warning("%s does not respond (%s)", self._name, type(err).__name__)
            self.lost_since = now
        self.state = None


def _all_of(state: DeviceState) -> Change:
    """Return a state as the command that would lead to it."""
    return Change(on=state.on, mode=state.mode, fan=state.fan, target=state.target)
