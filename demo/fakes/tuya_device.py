"""A Tuya device on the local network that answers as real devices do.

The sockets and the cryptography are tuyamock's. tuyamock answers queries in one shape
for all versions and puts the new values into the reply to a write; no device does that.
Here each observed behavior is a choice (`Manners`), and clients are tested with all.
"""

import json
import logging
import socket
import threading
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, override

import tuyamock
from tinytuya.core import command_types
from tuyamock.device import DeviceConfig, Session, TuyaMockDevice
from tuyamock.server import TuyaMockServer

if TYPE_CHECKING:
    from collections.abc import Mapping

# Its warnings about frames that it cannot read are what wrong keys look like.
logging.getLogger("tuyamock").setLevel(logging.ERROR)

type Value = bool | int | str

# Versions in which a query is answered with the id of the device.
_ANSWERED_WITH_ID = ("3.1", "3.2", "3.3")


class WriteAnswer(StrEnum):
    """How a device answers a write."""

    ACK_THEN_PUSH = "ack_then_push"
    """An empty frame, then a STATUS frame with the new values: the usual case."""
    PUSH_THEN_ACK = "push_then_ack"
    ACK_ONLY = "ack_only"
    SILENCE = "silence"


class ConnectionTrouble(StrEnum):
    """Why a device cannot be talked to."""

    NONE = "none"
    BUSY_CLOSE = "busy_close"
    """Its one connection is taken: it accepts another one and closes it at once."""
    BUSY_RESET = "busy_reset"
    DRIP = "drip"
    """It sends one byte a second."""
    SILENT = "silent"
    """It accepts connections and never sends anything."""


class UnreadableAnswer(StrEnum):
    """What a device does with a message that it cannot decrypt: the key is wrong."""

    SILENCE = "silence"
    CLOSE = "close"
    OWN_KEY = "own_key"
    """It answers, encrypted with the key that it has."""


@dataclass(kw_only=True)
class Manners:
    """How a device behaves; may be changed while it runs."""

    write_answer: WriteAnswer = WriteAnswer.ACK_THEN_PUSH
    silent_if_unchanged: bool = False
    """Whether a write that changes nothing gets no answer at all."""
    push_first: Mapping[str, Value] | None = None
    """Data points that it pushes between a query and the answer to it."""
    one_at_a_time: bool = False
    """Whether it ignores a write of several data points."""
    unreadable: UnreadableAnswer = UnreadableAnswer.SILENCE
    trouble: ConnectionTrouble = ConnectionTrouble.NONE
    drip_interval: float = 1.0
    """Seconds between two bytes of a dripping device."""


class _Session(Session):
    """One connection of a client."""

    def __init__(self, config: DeviceConfig, manners: Manners) -> None:
        super().__init__(config)
        self.manners = manners

    @override
    def _status_response(self, cmd: int, only: list[str] | None = None) -> bytes:
        dps = self.config.dps
        shown = dict(dps) if only is None else {k: dps[k] for k in only if k in dps}
        answer: dict[str, Any] = {"dps": shown}
        if self.config.version in _ANSWERED_WITH_ID:
            answer = {"devId": self.config.gw_id, **answer}
        body = self.profile.encrypt_payload(self, json.dumps(answer).encode())
        frames: bytes = self.profile.pack_response(self, cmd, body)
        if pushed := self.manners.push_first:
            return self._push(pushed) + frames
        return frames

    @override
    def _handle_control(self, msg: Any) -> bytes | None:
        written = self._parse_dps(msg)
        values = {str(dp): v for dp, v in written.items() if v is not None}
        if not values:  # a query of a device that has to be asked for each data point
            asked = list(written) if self.config.dev22 and written else None
            return self._status_response(msg.cmd, asked)
        if self.manners.one_at_a_time and len(values) > 1:
            return None
        changed = any(self.config.dps.get(dp) != v for dp, v in values.items())
        self.config.dps.update(values)
        if self.manners.silent_if_unchanged and not changed:
            return None
        return self._answer_write(msg.cmd, values, changed=changed)

    def _answer_write(
        self, cmd: int, values: Mapping[str, Value], *, changed: bool
    ) -> bytes | None:
        if self.manners.write_answer is WriteAnswer.SILENCE:
            return None
        push_first = self.manners.write_answer is WriteAnswer.PUSH_THEN_ACK
        only_ack = self.manners.write_answer is WriteAnswer.ACK_ONLY or not changed
        # The order of the calls is that of the sequence numbers.
        before = self._push(values) if push_first and changed else b""
        ack: bytes = self.profile.pack_response(self, cmd, b"")
        after = b"" if only_ack or push_first else self._push(values)
        return before + ack + after

    def _push(self, values: Mapping[str, Value]) -> bytes:
        """Return a STATUS frame: the device reports a change by itself."""
        now = int(time.time())
        report: dict[str, Any] = {"protocol": 4, "t": now, "data": {"dps": values}}
        if self.config.version in _ANSWERED_WITH_ID:
            report = {"devId": self.config.gw_id, "dps": values, "t": now}
        body = self.profile.encrypt_payload(self, json.dumps(report).encode())
        frames: bytes = self.profile.pack_response(
            self, command_types.STATUS, body, seqno=0
        )
        return frames

    @override
    def status_push(self, dps: Mapping[str, Value] | None = None) -> bytes | None:
        if self.profile.needs_session and self.session_key is None:
            return None
        return self._push(dict(self.config.dps) if dps is None else dps)

    def answer_unreadable(self) -> bytes:
        """Answer a message that could not be decrypted, with our own key."""
        if self.profile.needs_session:
            self.remote_nonce = bytes(16)
            frames: bytes = self._handle_neg_start(_Unreadable())
            return frames
        return self._error_response(command_types.DP_QUERY, b"parse data error")

    @override
    def _error_response(self, cmd: int, text: bytes) -> bytes:
        frames: bytes = super()._error_response(cmd, text)
        return frames


class _Unreadable:
    """Stands for a message whose content is unknown."""

    payload = bytes(16)


class _Device(TuyaMockDevice):
    def __init__(self, config: DeviceConfig, manners: Manners) -> None:
        super().__init__(config)
        self._manners = manners

    @override
    def new_session(self) -> _Session:
        return _Session(self.config, self._manners)


class _Dripping:
    """A socket that sends slowly, until it is stopped."""

    def __init__(
        self, client: socket.socket, interval: float, stop: threading.Event
    ) -> None:
        self._client, self._interval, self._stop = client, interval, stop

    def sendall(self, data: bytes) -> None:
        """Send one byte after the other."""
        for byte in data:
            if self._stop.wait(self._interval):
                return
            self._client.sendall(bytes([byte]))


class _Server(TuyaMockServer):
    """Serves one client at a time, with the troubles of real devices."""

    def __init__(
        self, config: DeviceConfig, manners: Manners, **kwargs: object
    ) -> None:
        super().__init__(config, **kwargs)
        self._manners = manners
        self.device = _Device(config, manners)
        self.stopping = threading.Event()
        self.accepted = 0
        """Connections accepted so far."""

    @override
    def _set_current(
        self, client: socket.socket | None, session: _Session | None
    ) -> None:
        super()._set_current(client, session)
        if client is None:
            return
        self.accepted += 1
        if self._manners.trouble is ConnectionTrouble.BUSY_RESET:
            _reset(client)
        elif self._manners.trouble is ConnectionTrouble.BUSY_CLOSE:
            client.shutdown(socket.SHUT_RDWR)

    @override
    def _handle_frame(
        self, client: socket.socket, session: _Session, frame: bytes
    ) -> None:
        trouble = self._manners.trouble
        if trouble is ConnectionTrouble.SILENT:
            return
        if not self._can_read(session, frame):
            self._answer_unreadable(client, session)
            return
        receiver: socket.socket | _Dripping = client
        if trouble is ConnectionTrouble.DRIP:
            interval = self._manners.drip_interval
            receiver = _Dripping(client, interval, self.stopping)
        super()._handle_frame(receiver, session, frame)

    def _can_read(self, session: _Session, frame: bytes) -> bool:
        try:
            message = self.device.unpack(session, frame)
        # Its parser has no error of its own: struct, index, value and others occur.
        except Exception:  # noqa: BLE001 - tuyamock raises whatever its parser meets
            return False
        return bool(message.crc_good)

    def _answer_unreadable(self, client: socket.socket, session: _Session) -> None:
        if self._manners.unreadable is UnreadableAnswer.CLOSE:
            client.shutdown(socket.SHUT_RDWR)
        elif self._manners.unreadable is UnreadableAnswer.OWN_KEY:
            client.sendall(session.answer_unreadable())


def _reset(client: socket.socket) -> None:
    """Close a connection with a reset: what is unread or lingers not at all."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    client.close()


class TuyaDevice(tuyamock.MockDevice):
    """One device with a thread of its own; `with` starts and stops it."""

    def __init__(
        self, local_key: str, *, manners: Manners | None = None, **kwargs: object
    ) -> None:
        """Take what `tuyamock.MockDevice` takes, and how to behave."""
        super().__init__(local_key, **kwargs)
        self.manners = manners or Manners()
        server: TuyaMockServer = self.server
        self.server: TuyaMockServer = _Server(
            self.config,
            self.manners,
            host=server.host,
            port=server.port,
            discovery=server.discovery,
            discovery_addr=server.discovery_addr,
            idle_timeout=server.idle_timeout,
            probe_reply=server.probe_reply,
        )

    @property
    def accepted(self) -> int:
        """Return how many connections it has accepted."""
        count: int = self.server.accepted
        return count

    @override
    def stop(self) -> None:
        """Stop, also in the middle of an answer."""
        self.server.stopping.set()
        super().stop()
