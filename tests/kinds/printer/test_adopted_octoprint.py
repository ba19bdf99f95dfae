"""Home Assistant's own OctoPrint integration, adopted; its server is a fake."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.core import Context
from homeassistant.exceptions import Unauthorized
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from demo.fakes.octoprint import API_KEY, FakeOctoPrint

from .adopted_printers import filled_in, start_adopting
from .conftest import until
from .test_adopted import command, event_type, state

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockUser

pytest.importorskip("pyoctoprintapi", reason="it comes with HA's octoprint")


@pytest.fixture
async def octoprint(socket_enabled: None) -> AsyncIterator[FakeOctoPrint]:
    """Return an OctoPrint that prints nothing."""
    async with FakeOctoPrint().served() as fake:
        yield fake


async def adopted(hass: HomeAssistant, fake: FakeOctoPrint) -> Any:
    """Set the integration up and adopt its printer as the form suggests."""
    assert await async_setup_component(hass, "homeassistant", {})
    source = MockConfigEntry(
        domain="octoprint",
        unique_id="uuid-of-octoprint",
        data={
            "api_key": API_KEY,
            "host": "127.0.0.1",
            "port": fake.port,
            "path": "/",
            "ssl": False,
            "verify_ssl": True,
            "username": "anna",
        },
    )
    source.add_to_hass(hass)
    assert await hass.config_entries.async_setup(source.entry_id)
    await hass.async_block_till_done()
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), source.entry_id)
    flow, step = hass.config_entries.flow, await start_adopting(hass)
    step = await flow.async_configure(step["flow_id"], {"device_id": devices[0].id})
    roles = filled_in(step)
    assert roles.keys() == {
        *("state", "progress", "nozzle", "pause", "resume", "stop", "more")
    }
    assert roles["more"].keys() == {"finish", "file", "nozzle_target"}
    step = await flow.async_configure(step["flow_id"], roles)
    await hass.async_block_till_done()
    return step["result"]


async def poll(hass: HomeAssistant) -> None:
    """Let the integration poll its server."""
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=31))
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_print_is_followed_paused_and_finished(
    hass: HomeAssistant, octoprint: FakeOctoPrint, hass_read_only_user: MockUser
) -> None:
    entry = await adopted(hass, octoprint)
    assert state(entry, hass).state == "idle"
    octoprint.begin()
    await poll(hass)
    await until(hass, lambda: event_type(entry, hass) == "started")
    assert entry.runtime_data.data.status.nozzle == 215
    hass_read_only_user.mock_policy({"entities": True})
    context = Context(user_id=hass_read_only_user.id)
    await command(hass, entry, "printer_control", context, command="pause")
    assert octoprint.commands == ["pause"]
    # The integration polls every 30 s; it is asked at once.
    await until(hass, lambda: state(entry, hass).state == "paused")
    with pytest.raises(Unauthorized):
        await command(hass, entry, "printer_stop", context)
    octoprint.state = "Printing"
    await poll(hass)
    await until(hass, lambda: state(entry, hass).state == "running")
    octoprint.finish()
    await poll(hass)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=40))
    await until(hass, lambda: event_type(entry, hass) == "finished")


async def test_printer_that_octoprint_has_lost_is_lost(
    hass: HomeAssistant, octoprint: FakeOctoPrint
) -> None:
    octoprint.begin()
    entry = await adopted(hass, octoprint)
    assert state(entry, hass).state == "running"
    octoprint.connected = False
    await poll(hass)
    await until(hass, lambda: not entry.runtime_data.link.connected)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=95))
    await until(hass, lambda: state(entry, hass).state == "lost")


async def test_canceled_print_has_failed(
    hass: HomeAssistant, octoprint: FakeOctoPrint
) -> None:
    octoprint.begin()
    entry = await adopted(hass, octoprint)
    await command(hass, entry, "printer_stop")
    assert octoprint.commands == ["cancel"]
    await poll(hass)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=40))
    await until(hass, lambda: event_type(entry, hass) == "failed")
