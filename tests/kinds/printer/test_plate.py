"""The picture of the plate of the current job."""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from homeassistant.components.image import async_get_image
from homeassistant.const import STATE_UNAVAILABLE

from custom_components.jannenkoti.kinds.printer import image
from demo.fakes.printer_files import draw_plate, make_project

from .conftest import entity_id, make_entry, state, until

if TYPE_CHECKING:
    import pytest
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from demo.fakes.printer import FakePrinter

KEY = "plate_image"


async def set_up(hass: HomeAssistant, printer: FakePrinter) -> MockConfigEntry:
    """Set up an entry with the port of the files stored by the test."""
    printer.files.stores = False
    entry = await make_entry(printer)
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, "files_port": printer.files.port}
    )
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


def shown(hass: HomeAssistant) -> bool:
    return state(hass, KEY).state != STATE_UNAVAILABLE


async def test_each_job_has_its_picture(
    hass: HomeAssistant, printer: FakePrinter, all_enabled: None
) -> None:
    printer.files.files["/cache/Benchy.3mf"] = make_project(1)
    printer.files.files["/Boat.gcode.3mf"] = make_project(1, 2)
    await set_up(hass, printer)
    assert not shown(hass)
    printer.begin(layers=5)
    await until(hass, lambda: shown(hass))
    image = await async_get_image(hass, entity_id(hass, KEY))
    assert (image.content_type, image.content) == ("image/png", draw_plate(1))
    updated = state(hass, KEY).state
    for _ in range(5):
        printer.print_layer()
    await until(hass, lambda: state(hass, "status").state == "finished")
    assert state(hass, KEY).state == updated
    assert printer.files.read == ["/cache/Benchy.3mf"]
    # A print that begins has no project file yet.
    printer.report(gcode_state="PREPARE", subtask_name="Boat")
    await until(hass, lambda: state(hass, "status").state == "preparing")
    assert state(hass, KEY).state == updated
    printer.begin(layers=5, file="Boat")
    printer.report(gcode_file="/data/Metadata/plate_2.gcode")
    await until(hass, lambda: len(printer.files.read) > 1 and shown(hass))
    assert (await async_get_image(hass, entity_id(hass, KEY))).content == draw_plate(2)


async def test_file_that_is_not_there_is_looked_for_three_times_without_a_log_line(
    hass: HomeAssistant,
    printer: FakePrinter,
    all_enabled: None,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(image, "_RETRY", timedelta(milliseconds=50))
    logins: list[str] = []
    printer.files.logged_in = logins.append
    await set_up(hass, printer)
    printer.begin(layers=5)
    await until(hass, lambda: len(logins) == 3 and not printer.files.clients)
    await asyncio.sleep(0.1)  # longer than it takes until another attempt
    assert len(logins) == 3
    assert not shown(hass)
    assert not [each for each in caplog.records if "jannenkoti" in each.name]


async def test_disabled_picture_fetches_nothing(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    logins: list[str] = []
    printer.files.logged_in = logins.append
    await set_up(hass, printer)
    printer.begin(layers=5)
    await until(hass, lambda: state(hass, "status").state == "running")
    assert logins == []


async def test_unload_ends_a_transfer_that_stalls(
    hass: HomeAssistant,
    printer: FakePrinter,
    all_enabled: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    package = "custom_components.jannenkoti.kinds.printer.wire"
    monkeypatch.setattr(f"{package}.tls._HANDSHAKE_TIMEOUT", 2)
    printer.files.files["/cache/Benchy.3mf"] = make_project(1)
    printer.files.sends.clear()
    entry = await set_up(hass, printer)
    printer.begin(layers=5)
    await until(hass, lambda: bool(printer.files.read))
    assert await hass.config_entries.async_unload(entry.entry_id)
    printer.files.sends.set()
    await until(hass, lambda: not printer.files.clients)


async def test_unload_ends_the_attempts(
    hass: HomeAssistant, printer: FakePrinter, all_enabled: None
) -> None:
    logins: list[str] = []
    printer.files.logged_in = logins.append
    entry = await set_up(hass, printer)
    printer.begin(layers=5)
    await until(hass, lambda: bool(logins) and not printer.files.clients)
    # A file without a name has no picture, and no transfer is started.
    printer.report(subtask_name="", gcode_file="")
    await until(hass, lambda: state(hass, "file").state == "unknown")
    printer.report(subtask_name="Boat")
    await until(hass, lambda: len(logins) == 2 and not printer.files.clients)
    await hass.async_block_till_done()
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert len(logins) == 2
