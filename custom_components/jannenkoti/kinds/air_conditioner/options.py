"""The options of an air conditioner: their names, limits and defaults."""

from dataclasses import dataclass
from datetime import time, timedelta
from typing import TYPE_CHECKING, Any, Final

from ...lib.guard import MinimumTimes
from ...lib.reading import read_number
from .control.parameters import Comfort, OnSilence, Parameters
from .insight.analytics import ThermalParameters
from .planning.occupancy import Delays
from .planning.plan import PlanParameters, SleepMode
from .planning.sleep_schedule import Row, readable_rows, week

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet
    from datetime import tzinfo
    from enum import StrEnum

    from ...lib.weekly import Weekly

SENSORS: Final = "temperature_sensors"
DATAPOINTS: Final = "datapoints"
ABOVE: Final = "hysteresis_above"
BELOW: Final = "hysteresis_below"
MINIMUM_ON: Final = "minimum_on"
MINIMUM_OFF: Final = "minimum_off"
SMOOTHING: Final = "smoothing"
STALE_LIMIT: Final = "stale_limit"
POLL_INTERVAL: Final = "poll_interval"
TOLERANCE: Final = "tolerance"
HOLD: Final = "hold"
HOLD_LIMIT: Final = "hold_limit"
GATHER: Final = "gather"
DUTY_LIMIT: Final = "duty_limit"
DRIVE_COOL: Final = "drive_cool"
DRIVE_HEAT: Final = "drive_heat"
THERMAL_CAPACITY: Final = "thermal_capacity"
RATED_COOLING: Final = "rated_cooling"
PRECOOL: Final = "precool"
COMFORT: Final = "comfort"
ON_SILENCE: Final = "on_silence"
SLEEP: Final = "sleep"
SLEEP_START: Final = "sleep_start"
SLEEP_END: Final = "sleep_end"
SLEEP_DAYS: Final = "sleep_days"
SLEEP_MODE: Final = "sleep_mode"
CURVE: Final = "curve"
CURVE_RISE: Final = "curve_rise"
CURVE_RETURN: Final = "curve_return"
ECO: Final = "eco"
AWAY: Final = "away"
BOOST: Final = "boost"
BOOST_LENGTH: Final = "boost_length"
PEOPLE: Final = "people"
AWAY_GRACE: Final = "away_grace"
CONTACTS: Final = "contacts"
ARRIVALS: Final = "arrivals"
WINDOW_DELAY: Final = "window_delay"
WINDOW_LIMIT: Final = "window_limit"

ENTITIES: Final = (SENSORS, PEOPLE, CONTACTS, ARRIVALS)
"""Options that name entities; they follow when the user renames one."""


@dataclass(frozen=True, kw_only=True)
class NumberOption:
    """An option that is a number, as forms and number entities offer it."""

    default: float
    minimum: float
    maximum: float
    step: float
    unit: str

    def accepts(self, value: object) -> bool:
        """Return whether a value is a number within the limits."""
        number = read_number(value)
        return number is not None and self.minimum <= number <= self.maximum


# Defaults are the original's (24.5 ± 0.5 °C, 240 s, 15 s, 5 polls) but for the stale
# limit: 120 s is too short for sensors that report each minute or on change only.
NUMBER_OPTIONS: Final = {
    ABOVE: NumberOption(default=0.5, minimum=0.0, maximum=5.0, step=0.1, unit="°C"),
    BELOW: NumberOption(default=0.5, minimum=0.0, maximum=5.0, step=0.1, unit="°C"),
    MINIMUM_ON: NumberOption(default=240, minimum=0, maximum=3600, step=1, unit="s"),
    MINIMUM_OFF: NumberOption(default=240, minimum=0, maximum=3600, step=1, unit="s"),
    SMOOTHING: NumberOption(default=75, minimum=0, maximum=3600, step=1, unit="s"),
    STALE_LIMIT: NumberOption(default=900, minimum=10, maximum=86400, step=1, unit="s"),
    POLL_INTERVAL: NumberOption(default=15, minimum=1, maximum=300, step=1, unit="s"),
    # Sensors of one room, some near the door and some near the window, differ by less.
    TOLERANCE: NumberOption(default=3, minimum=0.5, maximum=20, step=0.5, unit="°C"),
    HOLD: NumberOption(default=2, minimum=0, maximum=48, step=0.5, unit="h"),
    # A held run may go this far beyond the band: two degrees are felt, four harm.
    HOLD_LIMIT: NumberOption(default=2, minimum=0, maximum=20, step=0.5, unit="°C"),
    # Scenes and schedulers send mode and temperature within a second.
    GATHER: NumberOption(default=1, minimum=0, maximum=10, step=0.5, unit="s"),
    DUTY_LIMIT: NumberOption(default=4, minimum=0, maximum=48, step=0.5, unit="h"),
    DRIVE_COOL: NumberOption(default=16, minimum=10, maximum=35, step=0.5, unit="°C"),
    DRIVE_HEAT: NumberOption(default=30, minimum=10, maximum=35, step=0.5, unit="°C"),
    # 0: not known. A hall of 10 MJ/K is larger than what one air conditioner cools.
    THERMAL_CAPACITY: NumberOption(
        default=0, minimum=0, maximum=10_000_000, step=1, unit="J/K"
    ),
    # 2600 W (9000 BTU/h) is a common small size of room air conditioners. 0: unknown.
    RATED_COOLING: NumberOption(
        default=2600, minimum=0, maximum=20_000, step=50, unit="W"
    ),
    PRECOOL: NumberOption(default=0, minimum=0, maximum=8, step=0.5, unit="h"),
    # People sleep well a little warmer; more than 2 °C wakes them.
    CURVE: NumberOption(default=1.5, minimum=-5, maximum=5, step=0.1, unit="°C"),
    CURVE_RISE: NumberOption(default=3, minimum=0, maximum=12, step=0.5, unit="h"),
    CURVE_RETURN: NumberOption(default=1, minimum=0, maximum=12, step=0.5, unit="h"),
    ECO: NumberOption(default=2, minimum=0, maximum=10, step=0.5, unit="°C"),
    AWAY: NumberOption(default=4, minimum=0, maximum=15, step=0.5, unit="°C"),
    BOOST: NumberOption(default=2, minimum=0, maximum=10, step=0.5, unit="°C"),
    BOOST_LENGTH: NumberOption(default=30, minimum=1, maximum=720, step=1, unit="min"),
    # Longer than taking out the rubbish, or a phone that blinks.
    AWAY_GRACE: NumberOption(default=15, minimum=0, maximum=720, step=1, unit="min"),
    # Longer than it takes to go through a door.
    WINDOW_DELAY: NumberOption(default=60, minimum=0, maximum=3600, step=1, unit="s"),
    WINDOW_LIMIT: NumberOption(default=24, minimum=1, maximum=168, step=1, unit="h"),
}

_LONGEST_SHOWN: Final = 20  # of a wrong value in an error

# The original's sleep window; off until the user wants it.
DEFAULT_SLEEP_START: Final = "22:30:00"
DEFAULT_SLEEP_END: Final = "07:00:00"


def check_numbers(changes: Mapping[str, object]) -> dict[str, str] | None:
    """Return what is wrong with the first number that is not within its limits."""
    for key, value in changes.items():
        option = NUMBER_OPTIONS.get(key)
        if option is not None and not option.accepts(value):
            return {
                "value": str(value)[:_LONGEST_SHOWN],
                "minimum": f"{option.minimum:g}",
                "maximum": f"{option.maximum:g}",
                "unit": option.unit,
            }
    return None


def entities(raw: Mapping[str, Any]) -> list[str]:
    """Return the ids of all entities that options name."""
    return [entity_id for key in ENTITIES for entity_id in _names(raw, key)]


def without(raw: Mapping[str, Any], gone: AbstractSet[str]) -> dict[str, Any]:
    """Return options that name none of some entities."""
    return dict(raw) | {
        key: [name for name in _names(raw, key) if name not in gone]
        for key in ENTITIES
        if key in raw
    }


def _names(raw: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """Return the entity ids of an option; other values are left out."""
    value = raw.get(key)
    names = value if isinstance(value, list | tuple) else ()
    return tuple(name for name in names if isinstance(name, str))


def _number(raw: Mapping[str, Any], key: str, option: NumberOption) -> float:
    """Return a number within its limits, else the default."""
    value = raw.get(key)
    number = read_number(value) if option.accepts(value) else None
    return option.default if number is None else number


def _time(raw: Mapping[str, Any], key: str, default: str) -> time:
    """Return a time of day, else the default."""
    try:
        return time.fromisoformat(raw.get(key, default)).replace(tzinfo=None)
    except TypeError, ValueError:
        return time.fromisoformat(default)


def _choice[EnumT: StrEnum](raw: Mapping[str, Any], key: str, default: EnumT) -> EnumT:
    """Return a member of an enum, else the default."""
    try:
        return type(default)(raw.get(key, default))
    except ValueError:
        return default


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options of an entry, parsed."""

    numbers: Mapping[str, float]
    """Every number option by its key, in its own unit."""
    sensors: tuple[str, ...]
    parameters: Parameters
    smoothing: timedelta
    stale_after: timedelta
    poll_interval: timedelta
    tolerance: float
    """How far the sensors of the room may differ, °C."""
    hold: timedelta
    """The longest hold after a change by remote control."""
    gather: timedelta
    """How long a start waits for further requests."""
    thermal: ThermalParameters
    sleep_start: time
    sleep_end: time
    sleep_days: tuple[Row, ...]
    """Days that have their own times."""
    planning: PlanParameters
    people: tuple[str, ...]
    """Persons and trackers for the occupancy."""
    contacts: tuple[str, ...]
    """Contacts of windows and doors."""
    arrivals: tuple[str, ...]
    """Entities with expected arrivals."""

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Options:
        """Read options; what is missing has its default."""
        numbers = {
            key: _number(raw, key, option) for key, option in NUMBER_OPTIONS.items()
        }
        seconds = {key: timedelta(seconds=value) for key, value in numbers.items()}
        return cls(
            numbers=numbers,
            sensors=_names(raw, SENSORS),
            parameters=_parameters(raw, numbers),
            smoothing=seconds[SMOOTHING],
            stale_after=seconds[STALE_LIMIT],
            poll_interval=seconds[POLL_INTERVAL],
            tolerance=numbers[TOLERANCE],
            hold=timedelta(hours=numbers[HOLD]),
            gather=seconds[GATHER],
            thermal=ThermalParameters(
                capacity=numbers[THERMAL_CAPACITY] or None,
                rated_cooling=numbers[RATED_COOLING] or None,
            ),
            sleep_start=_time(raw, SLEEP_START, DEFAULT_SLEEP_START),
            sleep_end=_time(raw, SLEEP_END, DEFAULT_SLEEP_END),
            sleep_days=readable_rows(raw.get(SLEEP_DAYS)),
            planning=_planning(raw, numbers),
            people=_names(raw, PEOPLE),
            contacts=_names(raw, CONTACTS),
            arrivals=_names(raw, ARRIVALS),
        )

    @property
    def watched(self) -> tuple[tuple[str, ...], ...]:
        """Return the people, contacts and arrivals that a plan depends on."""
        return self.people, self.contacts, self.arrivals

    def weekly(self, zone: tzinfo) -> Weekly:
        """Return the sleep windows, also while they are switched off."""
        return week(self.sleep_start, self.sleep_end, self.sleep_days, zone)


def _parameters(raw: Mapping[str, Any], numbers: Mapping[str, float]) -> Parameters:
    return Parameters(
        above=numbers[ABOVE],
        below=numbers[BELOW],
        minimum=MinimumTimes(
            on=timedelta(seconds=numbers[MINIMUM_ON]),
            off=timedelta(seconds=numbers[MINIMUM_OFF]),
        ),
        on_silence=_choice(raw, ON_SILENCE, OnSilence.MODEL),
        comfort=_choice(raw, COMFORT, Comfort.BALANCED),
        duty_limit=timedelta(hours=numbers[DUTY_LIMIT]),
        drive_cool=numbers[DRIVE_COOL],
        drive_heat=numbers[DRIVE_HEAT],
        hold_limit=numbers[HOLD_LIMIT],
    )


def _planning(raw: Mapping[str, Any], numbers: Mapping[str, float]) -> PlanParameters:
    return PlanParameters(
        scheduled=raw.get(SLEEP) is True,
        sleep_mode=_choice(raw, SLEEP_MODE, SleepMode.OFF),
        curve=numbers[CURVE],
        curve_rise=timedelta(hours=numbers[CURVE_RISE]),
        curve_return=timedelta(hours=numbers[CURVE_RETURN]),
        eco=numbers[ECO],
        away=numbers[AWAY],
        boost=numbers[BOOST],
        boost_length=timedelta(minutes=numbers[BOOST_LENGTH]),
        delays=Delays(
            grace=timedelta(minutes=numbers[AWAY_GRACE]),
            delay=timedelta(seconds=numbers[WINDOW_DELAY]),
            limit=timedelta(hours=numbers[WINDOW_LIMIT]),
        ),
        precool=timedelta(hours=numbers[PRECOOL]),
    )
