"""Validators of the fields of actions; each checks sizes before anything else."""

from typing import TYPE_CHECKING, Any, Final, NoReturn

import voluptuous as vol

from .model import identifier, integer

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_VALUES: Final = 100
_LONGEST_VALUE: Final = 2048
_LONGEST_NUMBER: Final = 32


def _reject(reason: str) -> NoReturn:
    """Raise Invalid."""
    raise vol.Invalid(reason)


def identity(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Return an id; raises Invalid."""
    found = identifier(value)
    if found is None:
        _reject("expected an id")
    return found


def integer_between(lowest: int, highest: int) -> Callable[[Any], int]:
    """Return a validator of whole numbers, given as a number or as text."""

    def validate(value: Any) -> int:  # noqa: ANN401 - any JSON
        """Return the number; raises Invalid."""
        if isinstance(value, str) and len(value) > _LONGEST_NUMBER:
            _reject("expected a whole number")
        found = integer(value)
        if found is None or not lowest <= found <= highest:
            _reject(f"expected a whole number from {lowest} to {highest}")
        return found

    return validate


def short_text(longest: int) -> Callable[[Any], str]:
    """Return a validator of texts that are not too long."""

    def validate(value: Any) -> str:  # noqa: ANN401 - any JSON
        """Return the text; raises Invalid."""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            _reject("expected a text")
        try:
            found = str(value)
        except ValueError:  # A number of thousands of digits.
            _reject("too long")
        if len(found) > longest:
            _reject(f"longer than {longest} characters")
        return found

    return validate


def values_of_sensors(value: Any) -> dict[str, str]:  # noqa: ANN401 - any JSON
    """Return values by sensor id; raises Invalid."""
    if not isinstance(value, dict) or not 0 < len(value) <= _MOST_VALUES:
        _reject(f"expected 1 to {_MOST_VALUES} sensor ids with values")
    text = short_text(_LONGEST_VALUE)
    return {identity(sensor_id): text(each) for sensor_id, each in value.items()}
