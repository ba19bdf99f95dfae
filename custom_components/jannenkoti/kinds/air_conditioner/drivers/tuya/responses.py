"""Parse the responses of Tuya's cloud; any response gives a value or a DriverError.

Codes: https://developer.tuya.com/en/docs/iot/error-code?id=K989ruxx88swc
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ..driver import (
    BadCredentials,
    CommandRefused,
    DeviceOffline,
    DriverError,
    QuotaExhausted,
    SubscriptionExpired,
    Unreachable,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


class TokenRefused(DriverError):
    """The token has expired or was replaced; log in again."""


_ERRORS: Final[dict[int, type[DriverError]]] = {
    **dict.fromkeys((1010, 1011, 1012), TokenRefused),
    # Secret, signature, client id; or a project of another data center.
    **dict.fromkeys((1001, 1004, 1005, 2406), BadCredentials),
    # Failure of the cloud, too many requests, or a wrong clock: try again later.
    **dict.fromkeys((429, 500, 501, 1013, 1110, 1111, 1199, 28841104), Unreachable),
    2001: DeviceOffline,
    28841002: SubscriptionExpired,
    28841004: QuotaExhausted,
}


@dataclass(frozen=True, kw_only=True)
class CloudDevice:
    """A device in the user's account."""

    device_id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class CloudStatus:
    """The last known state of a device."""

    online: bool
    values: Mapping[str, object]
    """Its data points by their codes."""


@dataclass(frozen=True, kw_only=True)
class DevicePage:
    """A part of a list of devices."""

    devices: tuple[CloudDevice, ...]
    next_key: str | None
    """What to ask for the next part with; None after the last."""


def result_of(answer: object) -> object:
    """Return the result in a parsed response; raises what its error code means."""
    if not isinstance(answer, dict):
        raise Unreachable
    if answer.get("success") is True:
        return answer.get("result")
    code = answer.get("code")
    error = _ERRORS.get(code, CommandRefused) if isinstance(code, int) else Unreachable
    raise error(code)


def device_page(result: object) -> DevicePage:
    """Read a list of devices, or an object around one."""
    wrapper = result if isinstance(result, dict) else {"devices": result}
    rows = wrapper.get("devices")
    if rows is None:
        rows = wrapper.get("list")
    if not isinstance(rows, list):
        raise Unreachable
    devices = tuple(
        CloudDevice(device_id=device_id, name=str(row.get("name") or device_id))
        for row in rows
        if isinstance(row, dict) and isinstance(device_id := row.get("id"), str)
    )
    key = wrapper.get("last_row_key") if wrapper.get("has_more") is True else None
    return DevicePage(devices=devices, next_key=key if isinstance(key, str) else None)


def device_status(result: object) -> CloudStatus:
    """Read the details of a device."""
    if not isinstance(result, dict) or not isinstance(result.get("status"), list):
        raise Unreachable
    return CloudStatus(
        # Only False counts: some accounts do not get this field.
        online=result.get("online") is not False,
        values={
            point["code"]: point.get("value")
            for point in result["status"]
            if isinstance(point, dict) and isinstance(point.get("code"), str)
        },
    )
