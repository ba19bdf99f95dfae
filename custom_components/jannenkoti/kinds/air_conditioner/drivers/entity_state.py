"""The state of an entity of another integration, as its driver reads it."""

from dataclasses import dataclass
from enum import IntFlag
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from ....lib.reading import read_number
from ....lib.temperature import TemperatureUnit, convert
from ..model import Abilities, HvacMode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

OFF: Final = "off"
MODES: Final = {mode.value: mode for mode in HvacMode}


class Feature(IntFlag):
    """Those of Home Assistant's ClimateEntityFeature that matter here."""

    TARGET_TEMPERATURE = 1
    TURN_OFF = 128
    TURN_ON = 256


# What is assumed of an entity that does not report its features.
_ALL: Final = Feature.TARGET_TEMPERATURE | Feature.TURN_OFF | Feature.TURN_ON


def positive(value: object) -> float | None:
    """Return a number above zero, for example a step; None if it is none."""
    number = read_number(value)
    return number if number is not None and number > 0 else None


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Set temperatures that the integration of an entity accepts, in its own unit."""

    unit: TemperatureUnit
    minimum: float
    maximum: float
    step: float | None = None
    precision: float | None = None
    """To what its state is rounded, in the unit of the home."""


@dataclass(frozen=True, kw_only=True)
class EntityState:
    """What an entity shows; temperatures in the unit of the home."""

    state: str
    attributes: Mapping[str, Any]
    unit: TemperatureUnit = TemperatureUnit.CELSIUS
    """The unit of the home."""
    limits: Limits | None = None
    """The limits of the entity itself, if they are known: shown ones are rounded."""

    def number(self, name: str) -> float | None:
        """Return a number among the attributes, if it is one."""
        value = self.attributes.get(name)
        return None if isinstance(value, str) else read_number(value)

    def words(self, name: str) -> tuple[str, ...]:
        """Return a list of words among the attributes."""
        value = self.attributes.get(name)
        if not isinstance(value, list | tuple):
            return ()
        return tuple(str(word) for word in value)

    def supports(self, feature: Feature) -> bool:
        """Return whether the climate entity has a feature."""
        features = self.attributes.get("supported_features", _ALL)
        return bool(isinstance(features, int) and features & feature)

    @property
    def effective_limits(self) -> Limits:
        """Return the limits of the entity, else the shown ones."""
        if self.limits is not None:
            return self.limits
        default = Abilities()
        lowest, highest = self.number("min_temp"), self.number("max_temp")
        if lowest is None or highest is None or lowest >= highest:
            lowest = convert(default.minimum, default.unit, self.unit)
            highest = convert(default.maximum, default.unit, self.unit)
        return Limits(
            unit=self.unit,
            minimum=lowest,
            maximum=highest,
            step=positive(self.number("target_temp_step")),
        )

    @property
    def can_be_switched(self) -> bool:
        """Return whether a thermostat can switch this climate entity on and off."""
        modes = self.words("hvac_modes")
        can_start = self.supports(Feature.TURN_ON) or any(
            mode in MODES for mode in modes
        )
        return can_start and (OFF in modes or self.supports(Feature.TURN_OFF))


class OfferedWords:
    """The words that an entity offers, for example its modes.

    They can depend on its state: some entities offer only the mode in use while they
    run. What they offer in another state is kept until the words of one state change.
    """

    def __init__(self) -> None:
        """Initialize without words."""
        self._by_state: dict[str, tuple[str, ...]] = {}

    def __iter__(self) -> Iterator[str]:
        """Iterate over the words of all states, each once."""
        return iter(dict.fromkeys(chain.from_iterable(self._by_state.values())))

    def observe(self, state: str, words: tuple[str, ...]) -> None:
        """Use what is offered in a state; without words nothing is known."""
        if not words:
            return
        if set(self._by_state.get(state, words)) != set(words):
            self._by_state.clear()  # Not the state makes the difference.
        self._by_state[state] = words
