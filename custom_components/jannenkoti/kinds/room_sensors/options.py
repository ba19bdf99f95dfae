"""The data and options of a receiver: names, limits and defaults."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from .model import location_name
from .receiver.allow_list import AllowList

CONF_API_KEY: Final = "api_key"
CONF_WEBHOOK_ID: Final = "webhook_id"

ONLY_LISTED: Final = "only_listed"
LOCATIONS: Final = "locations"
OFFSETS: Final = "offsets"
ALLOWED: Final = "allowed"
RATE_LIMIT: Final = "rate_limit"
LOCAL_ONLY: Final = "local_only"
DEFAULT_LOCATION: Final = "default_location"

MOST_LISTED: Final = 256
"""Entries of a list in the options."""

DEFAULTS: Final[Mapping[str, Any]] = {
    ONLY_LISTED: False,
    LOCATIONS: [],
    OFFSETS: {},
    ALLOWED: [],
    RATE_LIMIT: 120,
    LOCAL_ONLY: True,
    DEFAULT_LOCATION: "default",
}

# A sensor with a larger error is broken.
_LARGEST_OFFSET: Final = {"temperature": 20.0, "humidity": 50.0}


@dataclass(frozen=True, slots=True)
class Offset:
    """Values that are added to the readings of a location."""

    temperature: float = 0.0
    humidity: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of a receiver, parsed."""

    listed: frozenset[str] | None
    """The only locations that are accepted; None accepts all."""

    offsets: Mapping[str, Offset]
    allowed: AllowList
    rate_limit: int
    """Reports per minute of one board; of all unknown locations of an address too."""
    local_only: bool
    default_location: str

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> Options:
        """Parse the options of an entry, which the flow has checked."""
        merged = {**DEFAULTS, **options}
        return cls(
            listed=frozenset(merged[LOCATIONS]) if merged[ONLY_LISTED] else None,
            offsets=parse_offsets(merged[OFFSETS]),
            allowed=AllowList(merged[ALLOWED]),
            rate_limit=int(merged[RATE_LIMIT]),
            local_only=merged[LOCAL_ONLY],
            default_location=merged[DEFAULT_LOCATION],
        )


def parse_offsets(value: object) -> dict[str, Offset]:
    """Parse the offsets of the locations; the ValueError names an invalid one."""
    if not isinstance(value, Mapping):
        raise ValueError(value)  # noqa: TRY004 - one error class for the form
    if len(value) > MOST_LISTED:
        raise ValueError(len(value))
    offsets: dict[str, Offset] = {}
    for location, quantities in value.items():
        name = location_name(str(location))
        if name is None or not _are_offsets(quantities):
            raise ValueError(location)
        offsets[name] = Offset(**quantities)
    return offsets


def _are_offsets(quantities: object) -> bool:
    """Return whether these are quantities with their offsets."""
    return isinstance(quantities, Mapping) and all(
        quantity in _LARGEST_OFFSET
        and isinstance(offset, int | float)
        and not isinstance(offset, bool)
        and abs(offset) <= _LARGEST_OFFSET[quantity]
        for quantity, offset in quantities.items()
    )
