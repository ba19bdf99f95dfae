"""Printers of other integrations, with the unique ids of their entities."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jannenkoti.const import DOMAIN

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

SERIAL = "01P00A000000009"
ENTRY = "01JCZ3PRINTERENTRY0000000A"
OCTO = "3f2a-uuid-of-octoprint"


@dataclass(frozen=True, kw_only=True)
class Row:
    """An entity: what its integration registers and what it shows."""

    domain: str
    unique_id: str
    state: str = "unknown"
    translation_key: str | None = None
    unit: str | None = None
    device_class: str | None = None
    disabled: bool = False
    options: tuple[str, ...] = ()


def _bambu(domain: str, key: str, state: str = "unknown", **other: Any) -> Row:
    unique_id = f"{SERIAL}_{other.pop('unique', key)}"
    return Row(
        domain=domain, unique_id=unique_id, translation_key=key, state=state, **other
    )


def _moonraker(domain: str, key: str, state: str = "unknown", **other: Any) -> Row:
    return Row(domain=domain, unique_id=f"{ENTRY}_{key}", state=state, **other)


def _octoprint(domain: str, kind: str, state: str = "unknown", **other: Any) -> Row:
    return Row(domain=domain, unique_id=f"{kind}-{OCTO}", state=state, **other)


PLATFORMS: dict[str, tuple[Row, ...]] = {
    "bambu_lab": (
        _bambu("sensor", "stage", "printing"),
        _bambu("sensor", "print_progress", "12", unit="%"),
        _bambu("sensor", "print_status", "running", device_class="enum"),
        _bambu("sensor", "start_time", device_class="timestamp"),
        _bambu("sensor", "end_time", device_class="timestamp"),
        _bambu("sensor", "remaining_time", "1.5", unit="h", device_class="duration"),
        _bambu("sensor", "current_layer", "7"),
        _bambu("sensor", "total_layers", "50"),
        _bambu("sensor", "gcode_file", "/data/plate_1.gcode"),
        _bambu("sensor", "subtask_name", "Benchy"),
        _bambu("sensor", "target_nozzle_temp", "220", unit="°C"),
        _bambu("sensor", "nozzle_temp", "219", unit="°C"),
        _bambu("sensor", "target_bed_temp", "60", unit="°C"),
        _bambu("sensor", "bed_temp", "59", unit="°C"),
        _bambu("sensor", "model_download_percentage", "100", unit="%"),
        _bambu("camera", "camera", "idle"),
        _bambu("button", "pause"),
        _bambu("button", "resume", "unavailable"),
        _bambu("button", "stop"),
        _bambu("button", "refresh"),
        _bambu("light", "chamber_light", "on"),
    ),
    "moonraker": (
        _moonraker("sensor", "state", "ready", device_class="enum"),
        _moonraker("sensor", "print_state", "printing", device_class="enum"),
        _moonraker("sensor", "progress", "12.4", unit="%"),
        _moonraker("sensor", "filename", "benchy.gcode"),
        _moonraker("sensor", "print_time_left", "0.5", unit="h"),
        _moonraker("sensor", "slicer_print_time_left_estimate", "0.6", unit="h"),
        _moonraker("sensor", "print_eta", device_class="timestamp"),
        _moonraker("sensor", "total_layer", "50"),
        _moonraker("sensor", "current_layer", "7"),
        _moonraker("sensor", "extruder_temp", "219.4", unit="°C"),
        _moonraker("sensor", "extruder_power", "40", unit="%"),
        _moonraker("sensor", "heater_bed_temp", "60.0", unit="°C"),
        _moonraker("number", "extruder_target", "220", unit="°C"),
        _moonraker("number", "heater_bed_target", "60", unit="°C"),
        _moonraker("camera", "thumbnail", "idle"),
        _moonraker("camera", "webcam_0", "idle"),
        _moonraker("button", "emergency_stop"),
        _moonraker("button", "pause_print"),
        _moonraker("button", "resume_print"),
        _moonraker("button", "cancel_print"),
        _moonraker("button", "PAUSE"),
    ),
    "octoprint": (
        _octoprint("sensor", "actual tool0 temp", "219.4", unit="°C"),
        _octoprint("sensor", "target tool0 temp", "220", unit="°C"),
        _octoprint("sensor", "actual bed temp", "60", unit="°C"),
        _octoprint("sensor", "Current State", "printing", device_class="enum"),
        _octoprint("sensor", "Job Percentage", "12.34", unit="%"),
        _octoprint("sensor", "Estimated Finish Time", device_class="timestamp"),
        _octoprint("sensor", "Start Time", device_class="timestamp"),
        _octoprint("sensor", "Current File", "benchy.gcode"),
        _octoprint("button", "Pause Job"),
        _octoprint("button", "Resume Job"),
        _octoprint("button", "Stop Job"),
        _octoprint("button", "Reboot System"),
        Row(domain="camera", unique_id=OCTO, state="idle"),
    ),
    "prusalink": (
        _moonraker("sensor", "printer.state", "printing", device_class="enum"),
        _moonraker("sensor", "job.progress", "12", unit="%"),
        _moonraker("sensor", "job.filename", "benchy.bgcode"),
        _moonraker("sensor", "job.start", device_class="timestamp"),
        _moonraker("sensor", "job.finish", device_class="timestamp"),
        _moonraker("sensor", "printer.telemetry.temp-nozzle", unit="°C", disabled=True),
        _moonraker("camera", "job_preview", "idle"),
        _moonraker("button", "printer.cancel_job"),
        _moonraker("button", "job.pause_job"),
        _moonraker("button", "job.resume_job", "unavailable"),
    ),
    "mqtt": (
        _moonraker(
            "sensor",
            "voron_job_state",
            "printing",
            device_class="enum",
            options=("idle", "printing", "paused", "complete"),
        ),
        _moonraker("sensor", "voron_print_progress", "0.12"),
        _moonraker("sensor", "voron_job_percent", "12", unit="%"),
        _moonraker("sensor", "voron_layer_current", "7/50"),
        _moonraker("sensor", "voron_layers_total", "50"),
        _moonraker("sensor", "voron_layer_height", "0.2", unit="mm"),
        _moonraker("sensor", "voron_hotend_temperature", "426.2", unit="°F"),
        _moonraker("sensor", "voron_file_name", "benchy"),
        _moonraker("button", "voron_emergency_stop"),
        _moonraker("button", "voron_pause"),
        _moonraker("button", "voron_resume"),
        _moonraker("button", "voron_cancel"),
        _moonraker("camera", "voron_preview", "idle"),
    ),
}


@dataclass
class Home:
    """A printer of another integration in a home."""

    hass: HomeAssistant
    platform: str
    device_id: str
    ids: dict[str, str]
    """Entity ids by the end of their unique ids."""
    rows: dict[str, Row]
    entry: MockConfigEntry

    def show(self, key: str, state: str) -> None:
        """Let an entity show another state."""
        row = self.rows[key]
        attributes = {"unit_of_measurement": row.unit} if row.unit else {}
        self.hass.states.async_set(self.ids[key], state, attributes)

    def registry_id(self, key: str) -> str:
        """Return the id of an entity in the registry."""
        entity = er.async_get(self.hass).async_get(self.ids[key])
        assert entity is not None
        return entity.id


def key_of(unique_id: str) -> str:
    """Return how a test names an entity."""
    key = unique_id.removeprefix(f"{SERIAL}_").removeprefix(f"{ENTRY}_")
    return key.removesuffix(f"-{OCTO}") if key != OCTO else "camera"


def make_home(hass: HomeAssistant, platform: str) -> Home:
    """Register a printer of an integration; entity ids do not show it."""
    entry = MockConfigEntry(domain=platform, entry_id=ENTRY, title=platform)
    entry.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=ENTRY,
        identifiers={(platform, SERIAL)},
        name="Workshop printer",
        manufacturer="Maker",
    )
    registry, ids = er.async_get(hass), dict[str, str]()
    for number, row in enumerate(PLATFORMS[platform]):
        entity = registry.async_get_or_create(
            row.domain,
            platform,
            row.unique_id,
            config_entry=entry,
            device_id=device.id,
            suggested_object_id=f"entiteetti_{number}",
            translation_key=row.translation_key,
            original_device_class=row.device_class,
            unit_of_measurement=row.unit,
            capabilities={"options": list(row.options)} if row.options else None,
            disabled_by=er.RegistryEntryDisabler.USER if row.disabled else None,
            original_name=f"Nimi {number}",
        )
        ids[key_of(row.unique_id)] = entity.entity_id
    rows = {key_of(row.unique_id): row for row in PLATFORMS[platform]}
    home = Home(
        hass=hass,
        platform=platform,
        device_id=device.id,
        ids=ids,
        rows=rows,
        entry=entry,
    )
    for key, row in rows.items():
        if not row.disabled:
            home.show(key, row.state)
    return home


async def start_adopting(hass: HomeAssistant) -> Any:
    """Start the flow up to the form of the device."""
    flow = hass.config_entries.flow
    step = await flow.async_init(DOMAIN, context={"source": "user"})
    step = await flow.async_configure(step["flow_id"], {"next_step_id": "printer"})
    return await flow.async_configure(
        step["flow_id"], {"next_step_id": "printer_adopt"}
    )


def filled_in(step: Any) -> dict[str, Any]:
    """Return what a form suggests, with its sections."""
    answers = dict[str, Any]()
    for key, value in step["data_schema"].schema.items():
        suggested = (key.description or {}).get("suggested_value")
        if hasattr(value, "schema"):
            answers[str(key)] = filled_in({"data_schema": value.schema})
        elif suggested is not None:
            answers[str(key)] = suggested
    return answers


async def adopt(
    home: Home, *, without: tuple[str, ...] = (), **other: Any
) -> MockConfigEntry:
    """Adopt the printer as the form suggests it, but for some fields."""
    hass, flow = home.hass, home.hass.config_entries.flow
    step = await start_adopting(hass)
    step = await flow.async_configure(step["flow_id"], {"device_id": home.device_id})
    assert step["step_id"] == "printer_entities"
    answers = {key: each for key, each in filled_in(step).items() if key not in without}
    step = await flow.async_configure(step["flow_id"], {**answers, **other})
    assert step["type"] == "create_entry", step
    await hass.async_block_till_done()
    entry: MockConfigEntry = step["result"]
    return entry
