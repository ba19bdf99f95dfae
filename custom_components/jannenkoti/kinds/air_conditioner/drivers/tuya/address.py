"""Where a Tuya device on the local network is, and how it is talked to."""

import string
from dataclasses import dataclass, field
from typing import Final

DEFAULT_PORT: Final = 6668
VERSIONS: Final = ("3.1", "3.2", "3.3", "3.4", "3.5")
KEY_LENGTH: Final = 16

# Ids of real devices have 20 or 22 characters; those of subdevices fewer.
_ID_CHARACTERS: Final = frozenset(string.ascii_letters + string.digits + "-_")
_LONGEST_ID: Final = 64


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where a device is, its key and its protocol version."""

    device_id: str
    host: str
    local_key: str = field(repr=False)
    version: str
    port: int = DEFAULT_PORT


def is_device_id(text: str) -> bool:
    """Return whether a text can be the id of a device."""
    return 0 < len(text) <= _LONGEST_ID and _ID_CHARACTERS.issuperset(text)


def is_local_key(text: str) -> bool:
    """Return whether a text can be a local key: 16 printable ASCII characters."""
    return len(text) == KEY_LENGTH and text.isascii() and text.isprintable()
