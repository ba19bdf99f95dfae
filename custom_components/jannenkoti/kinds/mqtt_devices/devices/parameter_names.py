"""What follows from the names of a device's parameters, whatever their values are.

A device reports the same names in nearly every message, and devices of one type share
them, so each set of names is examined once.
"""

from functools import lru_cache
from typing import Final, NamedTuple

from .device_types import has_safety
from .reported_state import are_of_new_firmware


class ParameterNames(NamedTuple):
    """The names of one message, in its order."""

    names: tuple[str, ...]
    are_of_new_firmware: bool
    """Whether they are those of all device types."""
    has_safety: bool
    """Whether the value of one of them must be readable."""


NO_NAMES: Final = ParameterNames((), are_of_new_firmware=False, has_safety=False)


@lru_cache(maxsize=256)
def parameter_names(
    names: tuple[str, ...], own_parameter: str | None
) -> ParameterNames:
    """Return what follows from names; ``own_parameter`` is what the device moves."""
    return ParameterNames(
        names,
        are_of_new_firmware(names, own_parameter),
        has_safety(names, own_parameter),
    )
