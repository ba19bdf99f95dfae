"""The tunables of an air conditioner: their names, limits and defaults."""

from dataclasses import dataclass
from datetime import time, timedelta
from typing import TYPE_CHECKING, Any, Final

from ...lib.guard import MinimumTimes
from ...lib.weekly import Weekly, Window
from .decide import OnSilence, Tuning

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

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
DUTY_LIMIT: Final = "duty_limit"
DRIVE_COOL: Final = "drive_cool"
DRIVE_HEAT: Final = "drive_heat"
THERMAL_CAPACITY: Final = "thermal_capacity"
ON_SILENCE: Final = "on_silence"
SLEEP: Final = "sleep"
SLEEP_START: Final = "sleep_start"
SLEEP_END: Final = "sleep_end"

ENTITIES: Final = (SENSORS,)
"""Options that name entities; they follow when the user renames one."""


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """A tunable number, as forms and number entities offer it."""

    default: float
    minimum: float
    maximum: float
    step: float
    unit: str


# Defaults are the original's (24.5 ± 0.5 °C, 240 s, 15 s, 5 polls) but for the stale
# limit: 120 s is too short for sensors that speak each minute or on change only.
QUANTITIES: Final = {
    ABOVE: Quantity(default=0.5, minimum=0.0, maximum=5.0, step=0.1, unit="°C"),
    BELOW: Quantity(default=0.5, minimum=0.0, maximum=5.0, step=0.1, unit="°C"),
    MINIMUM_ON: Quantity(default=240, minimum=0, maximum=3600, step=1, unit="s"),
    MINIMUM_OFF: Quantity(default=240, minimum=0, maximum=3600, step=1, unit="s"),
    SMOOTHING: Quantity(default=75, minimum=0, maximum=3600, step=1, unit="s"),
    STALE_LIMIT: Quantity(default=900, minimum=10, maximum=86400, step=1, unit="s"),
    POLL_INTERVAL: Quantity(default=15, minimum=1, maximum=300, step=1, unit="s"),
    # Sensors of one room, some near the door and some near the window, differ by less.
    TOLERANCE: Quantity(default=3, minimum=0.5, maximum=20, step=0.5, unit="°C"),
    HOLD: Quantity(default=2, minimum=0, maximum=48, step=0.5, unit="h"),
    DUTY_LIMIT: Quantity(default=4, minimum=0, maximum=48, step=0.5, unit="h"),
    DRIVE_COOL: Quantity(default=16, minimum=10, maximum=35, step=0.5, unit="°C"),
    DRIVE_HEAT: Quantity(default=30, minimum=10, maximum=35, step=0.5, unit="°C"),
    # 0: not known. A hall of 10 MJ/K is larger than what one air conditioner cools.
    THERMAL_CAPACITY: Quantity(
        default=0, minimum=0, maximum=10_000_000, step=1, unit="J/K"
    ),
}

# The original's sleep window; off until the user wants it.
DEFAULT_SLEEP_START: Final = "22:30:00"
DEFAULT_SLEEP_END: Final = "07:00:00"


def entities(raw: Mapping[str, Any]) -> list[str]:
    """Return the ids of all entities that options name."""
    return [entity_id for key in ENTITIES for entity_id in raw.get(key, ())]


def renamed(raw: Mapping[str, Any], before: str, after: str) -> dict[str, Any]:
    """Return options that call an entity by its new id."""
    return dict(raw) | {
        key: [after if entity_id == before else entity_id for entity_id in raw[key]]
        for key in ENTITIES
        if key in raw
    }


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options of an entry, parsed."""

    sensors: tuple[str, ...]
    tuning: Tuning
    smoothing: timedelta
    stale_after: timedelta
    poll_interval: timedelta
    tolerance: float
    """How far the sensors of the room may differ, °C."""
    hold: timedelta
    """How long a change by the remote control is respected at most."""
    thermal_capacity: float | None
    """What it takes to warm the room by a degree, J/K; None where nobody knows."""
    sleep_enabled: bool
    sleep_start: time
    sleep_end: time

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Options:
        """Read options; what is missing has its default."""
        numbers = {
            key: float(raw.get(key, quantity.default))
            for key, quantity in QUANTITIES.items()
        }
        seconds = {key: timedelta(seconds=value) for key, value in numbers.items()}
        return cls(
            sensors=tuple(raw.get(SENSORS, ())),
            tuning=Tuning(
                above=numbers[ABOVE],
                below=numbers[BELOW],
                minimum=MinimumTimes(on=seconds[MINIMUM_ON], off=seconds[MINIMUM_OFF]),
                on_silence=OnSilence(raw.get(ON_SILENCE, OnSilence.OFF)),
                duty_limit=timedelta(hours=numbers[DUTY_LIMIT]),
                drive_cool=numbers[DRIVE_COOL],
                drive_heat=numbers[DRIVE_HEAT],
            ),
            smoothing=seconds[SMOOTHING],
            stale_after=seconds[STALE_LIMIT],
            poll_interval=seconds[POLL_INTERVAL],
            tolerance=numbers[TOLERANCE],
            hold=timedelta(hours=numbers[HOLD]),
            thermal_capacity=numbers[THERMAL_CAPACITY] or None,
            sleep_enabled=bool(raw.get(SLEEP, False)),
            sleep_start=time.fromisoformat(raw.get(SLEEP_START, DEFAULT_SLEEP_START)),
            sleep_end=time.fromisoformat(raw.get(SLEEP_END, DEFAULT_SLEEP_END)),
        )

    def weekly(self, zone: tzinfo) -> Weekly | None:
        """Return the sleep schedule; None when it is switched off."""
        if not self.sleep_enabled:
            return None
        window = Window(start=self.sleep_start, end=self.sleep_end)
        return Weekly(windows=(window,), zone=zone)
