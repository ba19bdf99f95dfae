"""Find out why a Tuya device on the local network does not respond.

A wrong key, another client on its only connection and a hung device have the same
symptom through tinytuya. They differ on the wire: a busy device closes a connection
before anything is sent; one with another key keeps it open and then answers the
handshake with its own key, or closes the connection because of it.
"""

import asyncio
import contextlib
import json
import os
import time
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import tinytuya

if TYPE_CHECKING:
    from .address import Address

_CONNECT: Final = 3.0  # s
# A busy device closes at once; this long without a close means that it is not busy.
_IDLE: Final = 0.5  # s
_ANSWER: Final = 2.0  # s
_MOST_BYTES: Final = 4096
# Versions that begin with a handshake which proves the key.
_WITH_HANDSHAKE: Final = ("3.4", "3.5")


class Finding(StrEnum):
    """What a device does when it is approached."""

    UNREACHABLE = "unreachable"
    """No connection."""
    BUSY = "busy"
    """It closes the connection at once: another client has it."""
    SILENT = "silent"
    """It keeps the connection and sends nothing."""
    CLOSES = "closes"
    """It closes the connection because of what was sent."""
    OTHER_KEY = "other_key"
    """It answers, but not with our key."""
    FINE = "fine"
    """It answers with our key."""


async def async_diagnose(address: Address, host: str) -> Finding:
    """Connect, wait, and send the first message of the protocol."""
    try:
        async with asyncio.timeout(_CONNECT):
            reader, writer = await asyncio.open_connection(host, address.port)
    except OSError:
        return Finding.UNREACHABLE
    try:
        return await _async_talk(address, reader, writer)
    except OSError:  # reset
        return Finding.BUSY
    finally:
        with contextlib.suppress(OSError):
            writer.close()


async def _async_talk(
    address: Address, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> Finding:
    try:
        async with asyncio.timeout(_IDLE):
            if not await reader.read(_MOST_BYTES):
                return Finding.BUSY
    except TimeoutError:
        pass
    writer.write(_first_message(address, time.time()))
    try:
        async with asyncio.timeout(_ANSWER):
            answer = await reader.read(_MOST_BYTES)
    except TimeoutError:
        return Finding.SILENT
    except ConnectionError:
        return Finding.CLOSES
    if not answer:
        return Finding.CLOSES
    if address.version not in _WITH_HANDSHAKE:
        return Finding.FINE  # Whether it can be read has been tried by tinytuya.
    return Finding.FINE if _is_authentic(address, answer) else Finding.OTHER_KEY


def _first_message(address: Address, now: float) -> bytes:
    """Return what a client sends first: the start of the handshake, or a query."""
    key = address.local_key.encode("latin1")
    if address.version not in _WITH_HANDSHAKE:
        its_id = address.device_id
        query = {"gwId": its_id, "devId": its_id, "uid": its_id, "t": str(int(now))}
        payload = json.dumps(query, separators=(",", ":")).encode()
        if address.version != "3.1":
            payload = tinytuya.AESCipher(key).encrypt(payload, use_base64=False)
        return _packed(tinytuya.DP_QUERY, payload)
    nonce = os.urandom(16)
    if address.version == "3.4":
        payload = tinytuya.AESCipher(key).encrypt(nonce, use_base64=False)
        return _packed(tinytuya.SESS_KEY_NEG_START, payload, key)
    return _packed(tinytuya.SESS_KEY_NEG_START, nonce, key, gcm=True)


def _packed(
    command: int, payload: bytes, key: bytes | None = None, *, gcm: bool = False
) -> bytes:
    """Return a frame, authenticated if there is a key."""
    prefix = tinytuya.PREFIX_6699_VALUE if gcm else tinytuya.PREFIX_55AA_VALUE
    good = True
    message = tinytuya.TuyaMessage(
        1, command, None if gcm else 0, payload, 0, good, prefix, gcm
    )
    return bytes(tinytuya.pack_message(message, hmac_key=key))


def _is_authentic(address: Address, answer: bytes) -> bool:
    """Return whether the answer to a handshake was made with our key."""
    key = address.local_key.encode("latin1")
    try:
        message = tinytuya.unpack_message(answer, hmac_key=key)
    except tinytuya.DecodeError, TypeError, ValueError:
        return False
    return bool(message.crc_good)
