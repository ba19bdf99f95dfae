"""The file of a store: read it whatever it holds, and set damaged ones aside."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import orjson

if TYPE_CHECKING:
    from pathlib import Path

_LARGEST_INTEGER: Final = 63  # bits, besides the sign

_SET_ASIDE: Final = ".corrupt."  # Home Assistant's own name.


class DamagedError(Exception):
    """The file holds nothing that can be used."""


def read_file(path: Path) -> tuple[int, dict[str, Any]]:
    """Read a file; raises OSError or DamagedError."""
    try:
        content = path.read_bytes()
    except IsADirectoryError:
        raise DamagedError("folder") from None
    try:
        return opened(orjson.loads(content))
    except ValueError:
        pass
    try:  # Python's own parser also accepts NaN and Infinity.
        return opened(encodable(json.loads(content)))
    except (RecursionError, ValueError) as err:
        raise DamagedError("no-json") from err


def encodable(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a value without what cannot be saved: surrogates and huge integers."""
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, int) and value.bit_length() > _LARGEST_INTEGER:
        return None
    if isinstance(value, list):
        return [encodable(each) for each in value]
    if isinstance(value, dict):
        return {encodable(key): encodable(each) for key, each in value.items()}
    return value


def opened(envelope: object) -> tuple[int, dict[str, Any]]:
    """Return version and data of a file's content; raises DamagedError."""
    if not isinstance(envelope, dict):
        raise DamagedError("no-object")
    version, data = envelope.get("version"), envelope.get("data")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise DamagedError("no-version")
    if not isinstance(data, dict):
        raise DamagedError("no-data")
    return version, data


def set_aside(path: Path) -> None:
    """Move a damaged file to another name in the same folder."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    if path.exists():
        path.rename(path.with_name(f"{path.name}{_SET_ASIDE}{now}"))


def remove_set_aside(path: Path) -> None:
    """Delete the files that were set aside."""
    for other in path.parent.glob(f"{path.name}{_SET_ASIDE}*"):
        if other.is_file():
            other.unlink(missing_ok=True)
