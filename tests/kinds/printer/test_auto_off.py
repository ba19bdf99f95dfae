"""The plug of the printer."""

from datetime import timedelta
from typing import TYPE_CHECKING
from unittest.mock import patch

from homeassistant.core import callback
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from .conftest import set_up, state, until
from .test_control import shows

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant, ServiceCall
    from pytest_homeassistant_custom_component.common import MockConfigEntry

    from demo.fakes.printer import FakePrinter

PLUG = "switch.printer"


class Plug:
    """A plug that may refuse."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.calls = 0
        self.works = True
        self._hass = hass
        hass.states.async_set(PLUG, "on")
        hass.services.async_register("homeassistant", "turn_off", self.turn_off)

    @callback
    def turn_off(self, call: ServiceCall) -> None:
        assert call.data["entity_id"] == PLUG
        self.calls += 1
        if self.works:
            self._hass.states.async_set(PLUG, "off")


async def printed(
    hass: HomeAssistant, printer: FakePrinter
) -> tuple[MockConfigEntry, Plug]:
    """Return an entry and its plug after a print; the nozzle is hot."""
    plug = Plug(hass)
    entry = await set_up(hass, printer, plug=PLUG, off_delay=0)
    printer.begin()
    await shows(hass, "auto_off", "printing")
    printer.end("FINISH")
    await shows(hass, "auto_off", "hot")
    return entry, plug


async def test_plug_is_switched_off_when_the_nozzle_is_cold(
    hass: HomeAssistant, printer: FakePrinter, all_enabled: None
) -> None:
    _, plug = await printed(hass, printer)
    assert plug.calls == 0
    printer.report(nozzle_temper=49.0)
    await shows(hass, "auto_off", "off")
    assert plug.calls == 1
    hass.states.async_set(PLUG, "on")
    await shows(hass, "auto_off", "no_print")
    assert plug.calls == 1


async def test_print_that_begins_at_the_last_moment_keeps_the_plug_on(
    hass: HomeAssistant, printer: FakePrinter, all_enabled: None
) -> None:
    entry, plug = await printed(hass, printer)
    refresh = entry.runtime_data.link.async_refresh

    async def begin_meanwhile() -> None:
        printer.begin()
        await refresh()

    with patch.object(entry.runtime_data.link, "async_refresh", begin_meanwhile):
        printer.report(nozzle_temper=30.0)
        await shows(hass, "auto_off", "printing")
    assert plug.calls == 0


async def test_printer_that_does_not_answer_keeps_the_plug_on(
    hass: HomeAssistant, printer: FakePrinter, all_enabled: None
) -> None:
    _, plug = await printed(hass, printer)
    printer.report(nozzle_temper=30.0)
    printer.silent = True
    await until(
        hass, lambda: state(hass, "auto_off").state in {"failed", "not_connected"}
    )
    assert plug.calls == 0


async def test_plug_that_stays_on_is_tried_again_later(
    hass: HomeAssistant, printer: FakePrinter, all_enabled: None
) -> None:
    entry, plug = await printed(hass, printer)
    plug.works = False
    printer.report(nozzle_temper=30.0)
    await shows(hass, "auto_off", "failed")
    assert plug.calls == 1
    plug.works = True
    later = dt_util.utcnow() + timedelta(minutes=6)
    with patch.object(dt_util, "utcnow", return_value=later):
        async_fire_time_changed(hass, later)
        await until(hass, lambda: plug.calls == 2)
    await shows(hass, "auto_off", "off")
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_print_that_ended_during_a_downtime_lets_the_plug_be_switched_off(
    hass: HomeAssistant, printer: FakePrinter, all_enabled: None
) -> None:
    plug = Plug(hass)
    entry = await set_up(hass, printer, plug=PLUG, off_delay=0)
    printer.begin()
    await shows(hass, "auto_off", "printing")
    await hass.config_entries.async_unload(entry.entry_id)
    printer.end("FINISH")
    printer.report(nozzle_temper=25.0)
    await hass.config_entries.async_setup(entry.entry_id)
    await shows(hass, "auto_off", "off")
    assert plug.calls == 1


async def test_delay_after_the_print_is_waited_for(
    hass: HomeAssistant, printer: FakePrinter, all_enabled: None
) -> None:
    plug = Plug(hass)
    await set_up(hass, printer, plug=PLUG, off_delay=30)
    printer.begin()
    await shows(hass, "auto_off", "printing")
    printer.report(nozzle_temper=25.0)
    printer.end("FINISH")
    await shows(hass, "auto_off", "delay")
    assert plug.calls == 0


async def test_without_a_plug_there_is_no_sensor(
    hass: HomeAssistant, printer: FakePrinter, all_enabled: None
) -> None:
    await set_up(hass, printer)
    assert not [s for s in hass.states.async_entity_ids() if "switch_off" in s]
