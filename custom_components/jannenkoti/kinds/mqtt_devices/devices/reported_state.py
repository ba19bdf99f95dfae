"""Whether a device reports itself as on; new firmware shows it only by its parameters.

New firmware reports the parameters of all device types and `inactivo` unless all of
them move, so its `estado` alone means nothing.
"""

from copy import replace
from typing import TYPE_CHECKING, Final

from ....lib.reading import read_number, read_truth
from .device_types import (
    LOCK_STATE,
    ONLY_OF_ACTUATORS,
    WATERING,
    read_locked,
    read_state,
)
from .modes import ACTIVE, INACTIVE, as_estado, as_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..wire.payload import Report, Scalar
    from .device_types import DeviceType
    from .modes import Update

# One parameter of another type may be an extension; several are the new firmware.
_OF_OTHER_TYPES: Final = 2

_USUAL: Final = frozenset({ACTIVE, INACTIVE})


def in_firmware_words[T: (Report, Update)](said: T, device_type: DeviceType) -> T:
    """Return a message or update with `activo` or `inactivo` for words of a type.

    A closed door is locked, which is active; a closed valve is inactive.
    """
    if said.estado is None or said.estado in _USUAL:
        return said
    on = read_state(device_type, said.estado)
    return said if on is None else replace(said, estado=as_estado(on=on))


def is_of_new_firmware(
    device_type: DeviceType, parameters: Mapping[str, Scalar]
) -> bool:
    """Return whether parameters are those of all device types."""
    return are_of_new_firmware(parameters.keys(), device_type.own_parameter)


def are_of_new_firmware(names: Iterable[str], own_parameter: str | None) -> bool:
    """Return whether names of parameters are those of all device types."""
    moved = ONLY_OF_ACTUATORS.intersection(names)
    return len(moved - {own_parameter}) >= _OF_OTHER_TYPES


def reported_on(
    device_type: DeviceType, estado: str | None, parameters: Mapping[str, Scalar]
) -> bool | None:
    """Return whether a device reports itself as on; None if it reports neither."""
    on = as_on(estado)
    if on or not is_of_new_firmware(device_type, parameters):
        return on
    own = device_type.own_parameter
    if own is None:
        return None
    value = parameters.get(own)
    if own == LOCK_STATE:
        return read_locked(value)
    if own == WATERING:
        return read_truth(value)
    number = read_number(value)
    return None if number is None else number > 0


def unmanaged_on(
    device_type: DeviceType, estado: str | None, parameters: Mapping[str, Scalar]
) -> bool | None:
    """Return whether a device without a mode is on; None if it has not reported that.

    It ignores its configuration. New firmware is on then, even if it reports otherwise.
    """
    on = reported_on(device_type, estado, parameters)
    if on is None and is_of_new_firmware(device_type, parameters):
        return True
    return on
