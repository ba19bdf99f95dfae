"""Sensors: what the printer reports."""

from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import (
    PERCENTAGE,
    SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
    EntityCategory,
    UnitOfLength,
    UnitOfTemperature,
    UnitOfTime,
)
from homeassistant.core import callback

from ...described import DescribedSensor, SensorRow
from ...push import Throttle
from .control.auto_off import AutoOffReason
from .coordinator import PrinterCoordinator
from .entity import PrinterEntity, TraySensor, tray_key
from .job.models import model_of
from .job.nozzles import LEFT, RIGHT
from .job.stages import ALL_STAGES
from .job.status import SPEEDS, JobState
from .model import LinkState, PrinterData
from .timelapse.session import Phase

if TYPE_CHECKING:
    from collections.abc import Callable

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .options import Options
    from .source_coordinator import PrinterConfigEntry, PrinterSource

_STATES = [
    *(state.value for state in JobState if state is not JobState.UNKNOWN),
    LinkState.OFF.value,
    LinkState.LOST.value,
    LinkState.NO_SOURCE.value,
]
CHAMBER: Final = "chamber"


@dataclass(frozen=True, kw_only=True)
class PrinterRow(SensorRow[PrinterData]):
    """A sensor of a printer as a row."""

    needs_printer: bool = True
    """Whether it is unavailable while the printer is off; the job's values are kept."""
    delay_fn: Callable[[Options], float] | None = None
    """The least seconds between two updates within a state of the job."""


_status_delay = attrgetter("status_delay")
_temphum_delay = attrgetter("temphum_delay")


@dataclass(frozen=True, kw_only=True)
class DetailRow(PrinterRow):
    """A diagnostic sensor that few users need."""

    entity_category: EntityCategory | None = EntityCategory.DIAGNOSTIC
    entity_registry_enabled_default: bool = False


@dataclass(frozen=True, kw_only=True)
class TemperatureRow(PrinterRow):
    """A temperature."""

    device_class: SensorDeviceClass | None = SensorDeviceClass.TEMPERATURE
    state_class: SensorStateClass | None = SensorStateClass.MEASUREMENT
    native_unit_of_measurement: str | None = UnitOfTemperature.CELSIUS
    suggested_display_precision: int | None = 0
    delay_fn: Callable[[Options], float] | None = _temphum_delay


@dataclass(frozen=True, kw_only=True)
class PercentRow(DetailRow):
    """A share in percent."""

    delay_fn: Callable[[Options], float] | None = _status_delay

    state_class: SensorStateClass | None = SensorStateClass.MEASUREMENT
    native_unit_of_measurement: str | None = PERCENTAGE


def _problems(data: PrinterData) -> dict[str, Any]:
    """Return the errors of the printer."""
    return {
        "error_code": data.status.error_code,
        "errors": [error.as_dict() for error in data.status.hms],
    }


def _timelapse(data: PrinterData) -> dict[str, Any]:
    """Return frames and video."""
    timelapse = data.timelapse
    return {
        "frames": timelapse.frames,
        "problem": timelapse.problem,
        "media_content_id": timelapse.video,
    }


SENSORS = (
    PrinterRow(
        key="status",
        device_class=SensorDeviceClass.ENUM,
        options=_STATES,
        needs_printer=False,
        value_fn=lambda data: data.shown_state,
        attributes_fn=_problems,
    ),
    PrinterRow(
        key="progress",
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        needs_printer=False,
        delay_fn=_status_delay,
        value_fn=lambda data: data.status.progress,
    ),
    PrinterRow(
        key="completion",
        device_class=SensorDeviceClass.TIMESTAMP,
        needs_printer=False,
        value_fn=lambda data: data.completion,
    ),
    PrinterRow(
        key="layer",
        needs_printer=False,
        value_fn=lambda data: data.status.layer,
        attributes_fn=lambda data: {"total_layers": data.status.total_layers},
    ),
    PrinterRow(
        key="timelapse",
        device_class=SensorDeviceClass.ENUM,
        options=[phase.value for phase in Phase],
        needs_printer=False,
        value_fn=lambda data: data.timelapse.phase,
        attributes_fn=_timelapse,
    ),
    TemperatureRow(key="nozzle", value_fn=lambda data: data.status.nozzle),
    TemperatureRow(key="bed", value_fn=lambda data: data.status.bed),
    TemperatureRow(
        key="nozzle_target",
        entity_registry_enabled_default=False,
        value_fn=lambda data: data.status.nozzle_target,
    ),
    TemperatureRow(
        key="bed_target",
        entity_registry_enabled_default=False,
        value_fn=lambda data: data.status.bed_target,
    ),
    TemperatureRow(
        key=CHAMBER,
        entity_registry_enabled_default=False,
        value_fn=lambda data: data.status.chamber,
    ),
    DetailRow(
        key="stage",
        device_class=SensorDeviceClass.ENUM,
        options=list(ALL_STAGES),
        value_fn=lambda data: data.status.stage,
        attributes_fn=lambda data: {"number": data.status.stage_number},
    ),
    DetailRow(key="file", needs_printer=False, value_fn=lambda data: data.status.file),
    DetailRow(
        key="total_layers",
        needs_printer=False,
        value_fn=lambda data: data.status.total_layers,
    ),
    DetailRow(
        key="remaining",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.MINUTES,
        delay_fn=_status_delay,
        value_fn=lambda data: data.status.remaining,
    ),
    DetailRow(
        key="speed_profile",
        device_class=SensorDeviceClass.ENUM,
        options=list(SPEEDS.values()),
        value_fn=lambda data: data.status.speed,
    ),
    PercentRow(key="speed", value_fn=lambda data: data.status.speed_percent),
    PercentRow(key="part_fan", value_fn=lambda data: data.status.part_fan),
    PercentRow(key="auxiliary_fan", value_fn=lambda data: data.status.auxiliary_fan),
    PercentRow(key="chamber_fan", value_fn=lambda data: data.status.chamber_fan),
    DetailRow(key="nozzle_type", value_fn=lambda data: data.status.nozzle_type),
    DetailRow(
        key="nozzle_diameter",
        native_unit_of_measurement=UnitOfLength.MILLIMETERS,
        suggested_display_precision=1,
        value_fn=lambda data: data.status.nozzle_diameter,
    ),
    DetailRow(key="error_code", value_fn=lambda data: data.status.error_code),
    DetailRow(
        key="timelapse_progress",
        native_unit_of_measurement=PERCENTAGE,
        needs_printer=False,
        value_fn=lambda data: data.timelapse.progress,
    ),
    DetailRow(
        key="hms",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda data: len(data.status.hms),
        attributes_fn=_problems,
    ),
    DetailRow(
        key="wifi_signal",
        device_class=SensorDeviceClass.SIGNAL_STRENGTH,
        native_unit_of_measurement=SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
        delay_fn=_status_delay,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda data: data.status.wifi_signal,
    ),
)

AUTO_OFF = DetailRow(
    key="auto_off",
    device_class=SensorDeviceClass.ENUM,
    options=[reason.value for reason in AutoOffReason],
    needs_printer=False,
    value_fn=lambda data: data.auto_off,
)


def _nozzle_row(key: str, number: int) -> TemperatureRow:
    """Return the row for one of two nozzles."""

    def value(data: PrinterData) -> float | None:
        nozzles = data.status.nozzles
        return nozzles[number].temperature if number < len(nozzles) else None

    return TemperatureRow(
        key=key,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=value,
    )


NOZZLES = (_nozzle_row("nozzle_right", RIGHT), _nozzle_row("nozzle_left", LEFT))

# Another integration shows the rest.
_SHOWN: Final = {"status": True, "timelapse": True, "timelapse_progress": False}
ADOPTED_SENSORS = tuple(
    replace(row, entity_registry_enabled_default=_SHOWN[row.key])
    for row in SENSORS
    if row.key in _SHOWN
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: PrinterConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the sensors, and those of AMS trays when they are reported."""
    coordinator = entry.runtime_data
    if isinstance(coordinator, PrinterCoordinator):
        has_chamber = model_of(coordinator.serial).chamber
        rows = tuple(row for row in SENSORS if has_chamber or row.key != CHAMBER)
    else:
        rows = ADOPTED_SENSORS
    async_add_entities(PrinterSensor(coordinator, row) for row in rows)
    if coordinator.options.auto_off is not None:
        async_add_entities([PrinterSensor(coordinator, AUTO_OFF)])
    added: set[str] = set()

    @callback
    def add_reported() -> None:
        """Add the sensors of trays and nozzles that are new."""
        if new := _reported(coordinator, added):
            added.update(sensor.key for sensor in new)
            async_add_entities(new)

    add_reported()
    entry.async_on_unload(coordinator.async_add_listener(add_reported))


def _reported(
    coordinator: PrinterSource, added: set[str]
) -> list[PrinterSensor | TraySensor]:
    """Return the sensors of what the printer reports, except those that are there."""
    status = coordinator.data.status
    nozzles = zip(NOZZLES, status.nozzles, strict=False)
    trays = [tray.key for tray in status.trays if tray_key(tray.key) not in added]
    return [
        *(
            PrinterSensor(coordinator, row)
            for row, _ in nozzles
            if row.key not in added
        ),
        *(TraySensor(coordinator, key) for key in trays),
    ]


class PrinterSensor(PrinterEntity, DescribedSensor):
    """A sensor of the printer."""

    def __init__(self, coordinator: PrinterSource, row: PrinterRow) -> None:
        """Initialize a sensor from its row."""
        super().__init__(coordinator, row)
        self.needs_printer = row.needs_printer
        self._delay = 0.0 if row.delay_fn is None else row.delay_fn(coordinator.options)
        self._throttle: Throttle | None = None
        self._phase: object = None

    @override
    async def async_added_to_hass(self) -> None:
        """Write at most once per delay."""
        await super().async_added_to_hass()
        if self._delay:
            self._throttle = Throttle(
                self.hass, self._delay, self._write_changed, self.entity_id
            )
            self.async_on_remove(self._throttle.async_stop)

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write what has changed, at once or after the delay."""
        data = self.printer
        phase = data.link, data.status.job_state
        if self._throttle is None or phase != self._phase:
            self._phase = phase
            self._write_changed()
        elif self.has_changed:
            self._throttle.async_request()

    @property
    @override
    def written(self) -> object:
        """Return state and attributes."""
        return self.native_value, self.extra_state_attributes
