"""Read the values of options of any form; what cannot be read has its default."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ....lib.reading import read_number


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberOption:
    """A number that the user can set."""

    default: float
    minimum: float
    maximum: float
    step: float
    unit: str


def rows_of(options: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """Return the objects of a list."""
    return [row for row in list_of(options, key) if isinstance(row, Mapping)]


def list_of(options: Mapping[str, Any], key: str) -> list[Any]:
    """Return a list, empty if there is none."""
    value = options.get(key)
    return list(value) if isinstance(value, list | tuple) else []


def text_of(options: Mapping[str, Any], key: str) -> str:
    """Return a text, empty if there is none."""
    value = options.get(key)
    return value if isinstance(value, str) else ""


def number_of(options: Mapping[str, Any], key: str, option: NumberOption) -> float:
    """Return a number within its limits."""
    value = read_number(options.get(key))
    if value is None:
        return option.default
    return min(max(value, option.minimum), option.maximum)
