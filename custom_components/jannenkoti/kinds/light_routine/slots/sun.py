"""When the sun is where a slot starts: dawn, sunrise, sunset, dusk."""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from astral import Observer
from astral import sun as astral_sun

from .table import Anchor

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime, tzinfo

_EVENTS: Final[dict[Anchor, Callable[..., datetime]]] = {
    Anchor.DAWN: astral_sun.dawn,
    Anchor.SUNRISE: astral_sun.sunrise,
    Anchor.SUNSET: astral_sun.sunset,
    Anchor.DUSK: astral_sun.dusk,
}


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the home is."""

    latitude: float
    longitude: float
    elevation: float
    zone: tzinfo

    def sun(self, anchor: Anchor, day: date) -> datetime | None:
        """Return when the sun is there on a local day; None if it never is.

        In a northern June the sun does not set, in December it does not rise.
        """
        return _event(self, anchor, day)


@lru_cache(maxsize=256)
def _event(place: Place, anchor: Anchor, day: date) -> datetime | None:
    """Return the time of an event; a table asks for the same ones all day."""
    # Below sea level, and for heights that no home has, the formula has no result.
    elevation = min(max(place.elevation, 0.0), 9000.0)
    observer = Observer(place.latitude, place.longitude, elevation)
    try:
        return _EVENTS[anchor](observer, day, tzinfo=place.zone)
    except ValueError:
        return None
