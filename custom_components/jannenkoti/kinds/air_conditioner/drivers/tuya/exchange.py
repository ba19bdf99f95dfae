"""One exchange with a Tuya device on the local network; blocks, uses tinytuya.

Real devices push STATUS frames when they like, also between a query and its answer,
and acknowledge writes with an empty frame or not at all. tinytuya returns the first
frame with content, so this module checks which command a frame belongs to.
"""

import contextlib
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import tinytuya

from ..driver import BadCredentials, CommandRefused, NoSession, Unreachable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .address import Address

type Value = bool | int | float | str

# A device on the same network answers in well under a second.
_TIMEOUT: Final = 3.0  # s
# With fewer than one tinytuya does not connect at all.
_RETRIES: Final = 1
# How long to wait for the acknowledgement of a write, and for an answer after a push.
_ACKNOWLEDGED: Final = 1.0  # s

# tinytuya's error codes, which are strings.
_NO_CONNECTION: Final = "905"
_UNREADABLE: Final = {"900", "904"}
# Connection refused or reset, or frames of another version; a timeout; no session,
# which may be due to the key or to silence.
_NO_ANSWER: Final = {"901", "902", "914"}

# The first version whose frames prove that both sides have the same key.
_AUTHENTICATED: Final = 3.4


@dataclass(kw_only=True)
class Quirks:
    """What was learned about a device, for the next exchange."""

    one_by_one: bool = False
    """It takes only one data point in each write."""
    dev_type: str = "default"
    """tinytuya's name for how it is queried."""


class Exchange:
    """One connection to a device, for one thread; `abort` is for any other thread."""

    def __init__(
        self, address: Address, host: str, asked: Iterable[str], quirks: Quirks
    ) -> None:
        """Prepare the connection to a resolved host; no I/O.

        ``asked`` are the data points that some devices have to be asked for. What is
        learned is added to ``quirks``.
        """
        self._quirks = quirks
        self._asked = tuple(asked)
        self._aborted = False
        self.dps: dict[str, object] = {}
        """All data points that the device reported, the newest values."""
        # In its constructor tinytuya would query a device of version 3.2, search the
        # network for an empty host and read a file for an empty key, without a limit.
        if not host:
            raise Unreachable
        if not address.local_key:
            raise BadCredentials
        self._device = tinytuya.Device(
            address.device_id,
            host,
            address.local_key,
            port=address.port,
            dev_type=quirks.dev_type,
            persist=True,
            connection_timeout=_TIMEOUT,
            connection_retry_limit=_RETRIES,
            connection_retry_delay=0,
        )
        self._device.set_dpsUsed(dict.fromkeys(self._asked))
        self._device.set_version(float(address.version))

    def read(self) -> bool:
        """Query the device; raises DriverError.

        Returns whether the query was answered, and not only pushes were received.
        """
        return self._query() or self._query()

    def write(self, values: Mapping[str, Value]) -> None:
        """Set data points; raises DriverError.

        A device may acknowledge, push the new values, or do neither. In the last case
        it is queried, and if it ignored the write it gets one data point at a time.
        """
        if not self._quirks.one_by_one and (self._write(values) or len(values) == 1):
            return
        self._quirks.one_by_one = True
        for dp, value in values.items():
            self._write({dp: value})

    def abort(self) -> None:
        """Make a running exchange fail soon, whatever the device sends; repeatable."""
        self._aborted = True
        self._device.set_socketRetryLimit(0)
        if (connection := self._device.socket) is not None:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connection."""
        self._device.close()

    def _write(self, values: Mapping[str, Value]) -> bool:
        """Send one write; return whether the device took it, as far as it is known."""
        device = self._device
        self._take(device.send(device.generate_payload(tinytuya.CONTROL, dict(values))))
        device.set_socketTimeout(_ACKNOWLEDGED)
        self._take(device.receive())
        frames = list(device.raw_recv)
        device.set_socketTimeout(_TIMEOUT)
        if self._has_other_type():
            return self._write(values)
        # An empty frame is the acknowledgement; a push may be about something else.
        if any(not frame.payload for frame in frames) or self._shows(values):
            return True
        self.read()
        return self._shows(values)

    def _query(self) -> bool:
        """Send one query and collect what comes until it is answered."""
        device = self._device
        self.dps.clear()
        result = device.status()
        if self._has_other_type():
            result = device.status()
        self._take(result)
        device.set_socketTimeout(_ACKNOWLEDGED)
        until = time.monotonic() + _TIMEOUT
        while not self._is_answered and time.monotonic() < until:
            self._take(device.receive())
            if not device.raw_recv:
                break  # Nothing more is sent.
        device.set_socketTimeout(_TIMEOUT)
        return self._is_answered

    @property
    def _is_answered(self) -> bool:
        """Whether the newest frame is an answer, or the pushes contain everything."""
        frames = [frame for frame in self._device.raw_recv if frame.payload]
        if frames and frames[-1].cmd != tinytuya.STATUS:
            return True
        return all(dp in self.dps for dp in self._asked)

    def _shows(self, values: Mapping[str, Value]) -> bool:
        return all(self.dps.get(dp) == value for dp, value in values.items())

    def _has_other_type(self) -> bool:
        """Return whether tinytuya has just detected another type; then ask again.

        A "device22" answers only for the data points that it is asked for. tinytuya has
        forgotten which, and answers to its own second query may still come.
        """
        device = self._device
        if device.dev_type == self._quirks.dev_type or self._aborted:
            return False
        self._quirks.dev_type = device.dev_type
        device.set_dpsUsed(dict.fromkeys(self._asked))
        device.close()
        return True

    def _take(self, result: object) -> None:
        """Keep the data points in a result of tinytuya, which returns its errors."""
        if self._aborted:
            raise Unreachable
        # From version 3.4 on frames are authenticated: what was read was meant for us.
        unreadable = self._has_content and self._device.version < _AUTHENTICATED
        self.dps |= data_points(result, points_to_key=unreadable)

    @property
    def _has_content(self) -> bool:
        return any(frame.payload for frame in self._device.raw_recv)


def data_points(result: object, *, points_to_key: bool) -> dict[str, object]:
    """Return the data points in a result of tinytuya; raises its errors.

    ``points_to_key``: a frame with content was received, so that an unreadable answer
    is due to the key. A busy device closes the connection without a frame, and tinytuya
    reports the same code for that.
    """
    if result is None:  # an acknowledgement, or nothing
        return {}
    if not isinstance(result, dict):
        raise NoSession
    code = result.get("Err")
    if code in _UNREADABLE and points_to_key:
        raise BadCredentials
    if code in _UNREADABLE or code in _NO_ANSWER:
        raise NoSession
    if code == _NO_CONNECTION:
        raise Unreachable
    if code is not None:
        raise CommandRefused
    dps = result.get("dps")
    return dict(dps) if isinstance(dps, dict) else {}
