"""What a printer shows, from a fake printer on a real socket."""

from datetime import timedelta
from typing import TYPE_CHECKING, get_protocol_members

import pytest
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import (
    async_capture_events,
    async_fire_time_changed,
)

from custom_components.jannenkoti.diagnostics import async_get_config_entry_diagnostics
from custom_components.jannenkoti.kinds.printer.runtime import RecordedPrinter

from .conftest import entity_id, set_up, state, until

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from demo.fakes.printer import FakePrinter


async def test_print_shows_what_the_printer_reports(
    hass: HomeAssistant, printer: FakePrinter, all_enabled: None
) -> None:
    await set_up(hass, printer)
    await until(hass, lambda: state(hass, "status").state == "idle")
    printer.begin(layers=100, file="Benchy")
    printer.print_layer()
    printer.report(cooling_fan_speed="15", nozzle_temper="219.8")
    await until(hass, lambda: state(hass, "part_fan").state == "100")
    shown = {
        "status": "running",
        "stage": "printing",
        "progress": "1",
        "layer": "1",
        "total_layers": "100",
        "file": "Benchy",
        "nozzle": "219.8",
        "nozzle_target": "220.0",
        "bed": "60.1",
        "bed_target": "60.0",
        "remaining": "99",
        "speed": "100",
        "speed_profile": "standard",
        "nozzle_type": "hardened_steel",
        "nozzle_diameter": "0.4",
        "error_code": "0",
        "hms": "0",
        "auxiliary_fan": "0",
        "wifi_signal": "-51",
        "tray_1_1": "PLA",
        "tray_1_2": "PETG",
        "tray_1_4": "empty",
        "tray_external": "empty",
    }
    assert {key: state(hass, key).state for key in shown} == shown
    assert state(hass, "tray_1_1").attributes["color"] == "#00AE42"
    assert state(hass, "tray_1_1").attributes["remaining"] == 83
    assert state(hass, "tray_1_3").attributes["remaining"] is None
    completion = dt_util.parse_datetime(state(hass, "completion").state)
    assert completion is not None
    # Whole minutes, and the estimate of the moment before is kept.
    assert 96 < (completion - dt_util.utcnow()).total_seconds() / 60 < 101


async def test_errors_show_bambus_wiki(
    hass: HomeAssistant, printer: FakePrinter, all_enabled: None
) -> None:
    await set_up(hass, printer)
    assert state(hass, "problem").state == "off"
    printer.report(hms=[{"attr": 0x03000100, "code": 0x00010003}], print_error=50348044)
    await until(hass, lambda: state(hass, "problem").state == "on")
    assert state(hass, "hms").state == "1"
    attributes = state(hass, "status").attributes
    assert attributes["error_code"] == 50348044
    assert attributes["errors"] == [
        {
            "code": "0300_0100_0001_0003",
            "severity": "fatal",
            "url": "https://wiki.bambulab.com/en/x1/troubleshooting/hmscode/"
            "0300_0100_0001_0003",
        }
    ]


async def test_x1_that_reports_everything_shows_the_same(
    hass: HomeAssistant, x1: FakePrinter
) -> None:
    await set_up(hass, x1)
    x1.begin(layers=3)
    x1.print_layer()
    await until(hass, lambda: state(hass, "layer", x1.serial).state == "1")
    assert state(hass, "status", x1.serial).state == "running"
    registry = dr.async_get(hass)
    entry = er.async_get(hass).async_get(entity_id(hass, "layer", x1.serial))
    assert entry is not None
    device = registry.async_get(entry.device_id or "")
    assert isinstance(device, dr.DeviceEntry)
    assert (device.model, device.serial_number) == ("X1 Carbon", x1.serial)
    assert device.sw_version == "01.07.00.00"


async def test_second_nozzle_and_second_spool_are_added_when_they_are_reported(
    hass: HomeAssistant, x1: FakePrinter, all_enabled: None
) -> None:
    """As an H2D has them; its AMS HT is one with one tray."""
    await set_up(hass, x1)
    with pytest.raises(KeyError):
        entity_id(hass, "nozzle_left", x1.serial)
    spool = {"tray_type": "TPU", "tray_color": "9B9EA0FF", "remain": 0}
    x1.report(
        device={
            "extruder": {
                "info": [{"id": 0, "temp": 14745864}, {"id": 1, "temp": 40}],
                "state": 2,
            }
        },
        vir_slot=[{"id": "254", **spool}, {"id": "255", "tray_type": ""}],
        ams={
            "ams": [{"id": "128", "tray": [{"id": "0", **spool}]}],
            "ams_exist_bits": "11",
            "tray_exist_bits": "10007",
        },
    )
    await until(hass, lambda: state(hass, "nozzle", x1.serial).state == "264.0")
    shown = {
        "nozzle_right": "264.0",
        "nozzle_left": "40.0",
        "nozzle_target": "225.0",
        "tray_ht1_1": "TPU",
        "tray_external": "empty",
        "tray_external_left": "TPU",
    }
    found = {key: state(hass, key, x1.serial) for key in shown}
    assert {key: each.state for key, each in found.items()} == shown
    assert found["tray_ht1_1"].name == "Printer Tray HT 1.1"
    assert found["tray_external_left"].attributes["remaining"] is None
    # The nozzles are gone from a report that cannot be read.
    x1.report(device={"extruder": {"info": [{"id": 0, "temp": "x"}]}})
    await until(hass, lambda: state(hass, "nozzle_right", x1.serial).state == "unknown")
    assert state(hass, "nozzle_left", x1.serial).state == "40.0"


@pytest.mark.parametrize("has_chamber", [True, False])
async def test_chamber_is_shown_only_if_it_is_measured(
    hass: HomeAssistant,
    printer: FakePrinter,
    x1: FakePrinter,
    all_enabled: None,
    *,
    has_chamber: bool,
) -> None:
    fake = x1 if has_chamber else printer
    entry = await set_up(hass, fake)
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    shown = any(each.unique_id == f"{fake.serial}_chamber" for each in entities)
    assert shown is has_chamber


async def test_at_most_twelve_entities_are_enabled(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    entry = await set_up(hass, printer)
    await until(hass, lambda: state(hass, "status").state == "idle")
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    assert sum(entity.disabled_by is None for entity in entities) <= 12


async def test_event_entity_shows_each_event_once(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    await set_up(hass, printer)
    changes = async_capture_events(hass, "state_changed")

    def events() -> list[str]:
        print_event = entity_id(hass, "print")
        return [
            change.data["new_state"].attributes["event_type"]
            for change in changes
            if change.data["entity_id"] == print_event
        ]

    printer.begin(layers=2)
    printer.print_layer()
    printer.report(gcode_state="PAUSE", stg_cur=16)
    printer.report(gcode_state="RUNNING", stg_cur=0)
    printer.report(nozzle_temper=221.3)
    printer.print_layer()
    await until(hass, lambda: state(hass, "status").state == "finished")
    assert events() == ["started", "layer", "paused", "resumed", "layer", "finished"]
    assert state(hass, "print").attributes["layer"] == 2
    assert state(hass, "print").attributes["file"] == "Benchy"


def asked(printer: FakePrinter) -> list[tuple[str, object]]:
    """Return the requests that the printer received."""
    return [(group, fields.get("command")) for group, fields in printer.requests]


async def test_unchanged_entities_write_no_state(
    hass: HomeAssistant, printer: FakePrinter, all_enabled: None
) -> None:
    await set_up(hass, printer)
    await until(hass, lambda: state(hass, "nozzle").state == "23.9")
    # The link asks for the versions last; what was asked for before is here then.
    await until(hass, lambda: ("info", "get_version") in asked(printer))
    printer.report(nozzle_temper=29.0)
    await until(hass, lambda: state(hass, "nozzle").state == "29.0")
    others = ("bed", "status", "tray_1_1", "print", "connected")
    before = {key: state(hass, key).last_reported for key in others}
    changed = async_capture_events(hass, "state_changed")
    printer.report(nozzle_temper=30.0)
    await until(hass, lambda: state(hass, "nozzle").state == "30.0")
    nozzle = entity_id(hass, "nozzle")
    assert [change.data["entity_id"] for change in changed] == [nozzle]
    # A state that is written unchanged is no event, but it costs as much.
    assert {key: state(hass, key).last_reported for key in others} == before


@pytest.mark.parametrize(
    "payload",
    [b"no JSON", b"[]", b"\xff\xfe", b"[" * 200_000, b'{"print": []}', b"{}", b""],
)
async def test_unreadable_report_changes_nothing(
    hass: HomeAssistant, printer: FakePrinter, payload: bytes
) -> None:
    entry = await set_up(hass, printer)
    before = entry.runtime_data.data
    printer.send_bytes(payload)
    printer.report(nozzle_temper=40.0)
    await until(hass, lambda: state(hass, "nozzle").state == "40.0")
    after = entry.runtime_data.data
    assert (after.link, after.status.job_state) == (
        before.link,
        before.status.job_state,
    )


async def test_diagnostics_have_no_secret(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    entry = await set_up(hass, printer)
    printer.begin()
    await until(hass, lambda: state(hass, "status").state == "running")
    found = str(await async_get_config_entry_diagnostics(hass, entry))
    for secret in ("12345678", printer.serial, "Benchy", "127.0.0.1"):
        assert secret not in found
    assert "running" in found


async def test_temperatures_of_a_printer_that_is_off_are_unavailable(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    entry = await set_up(hass, printer, lost_after=10)
    printer.begin(layers=1)
    printer.print_layer()
    await until(hass, lambda: state(hass, "status").state == "finished")
    await printer.power_off()
    await until(hass, lambda: not entry.runtime_data.link.connected)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=11))
    await until(hass, lambda: state(hass, "status").state == "off")
    assert state(hass, "nozzle").state == STATE_UNAVAILABLE
    # What the last print was stays known.
    assert state(hass, "layer").state == "1"
    assert state(hass, "progress").state == "100"


async def test_printer_has_what_its_parts_use(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    entry = await set_up(hass, printer)
    missing = {
        name
        for name in get_protocol_members(RecordedPrinter)
        if not hasattr(entry.runtime_data, name)
    }
    assert not missing
