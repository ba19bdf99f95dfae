"""The flow: address, certificate and link button; discovery, reauth, reconfigure."""

from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jannenkoti.const import DOMAIN
from demo.fakes.hue_bridge import FakeHueBridge
from demo.fakes.hue_resources import BRIDGE_ID
from demo.fakes.printer_certificate import make_authority

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

_PROBE = "custom_components.jannenkoti.kinds.hue_bridge.flow.async_probe_certificate"


def announcement(fake: FakeHueBridge, address: str = "127.0.0.1") -> Any:
    """Return what a bridge announces."""
    return ZeroconfServiceInfo(
        ip_address=ip_address(address),
        ip_addresses=[ip_address(address)],
        port=fake.port,
        hostname="001788123456.local.",
        type="_hue._tcp.local.",
        name="Hue Bridge - 123456._hue._tcp.local.",
        properties={"bridgeid": BRIDGE_ID, "modelid": "BSB002"},
    )


async def begin(hass: HomeAssistant) -> Any:
    """Return the form of the address."""
    flow = hass.config_entries.flow
    menu = await flow.async_init(DOMAIN, context={"source": "user"})
    return await flow.async_configure(menu["flow_id"], {"next_step_id": "hue_bridge"})


async def answer(hass: HomeAssistant, shown: Any, data: dict[str, Any]) -> Any:
    """Answer a form."""
    flow = hass.config_entries.flow
    return await flow.async_configure(shown["flow_id"], data)


async def discover(hass: HomeAssistant, found: Any) -> Any:
    """Let a bridge be discovered."""
    return await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": "zeroconf"}, data=found
    )


def state_of(entry: MockConfigEntry) -> ConfigEntryState:
    """Return the state, which changes between two looks."""
    state: ConfigEntryState = entry.state
    return state


def hue_entry(hass: HomeAssistant, unique_id: str) -> MockConfigEntry:
    """Return a loaded entry of Home Assistant's own integration."""
    entry = MockConfigEntry(
        domain="hue", unique_id=unique_id, state=ConfigEntryState.LOADED
    )
    entry.add_to_hass(hass)
    return entry


async def test_bridge_is_added_after_its_button_is_pressed(
    hass: HomeAssistant, fake: FakeHueBridge
) -> None:
    link = await answer(hass, await begin(hass), {"host": f" {fake.host} "})
    assert link["step_id"] == "hue_bridge_link"
    shown = link["description_placeholders"]
    assert shown["bridge"] == "Hue Bridge 123456"
    assert shown["fingerprint"].count(":") == 31
    link = await answer(hass, link, {})
    assert link["errors"] == {"base": "hue_bridge_button_not_pressed"}
    fake.press_link_button()
    done = await answer(hass, link, {})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["title"] == "Hue Bridge 123456"
    assert done["data"].keys() == {
        "kind",
        "kind_version",
        "host",
        "bridge_id",
        "fingerprint",
        "app_key",
    }
    await hass.async_block_till_done()
    assert done["result"].state is ConfigEntryState.LOADED
    assert done["result"].unique_id == BRIDGE_ID
    again = await answer(hass, await begin(hass), {"host": fake.host})
    assert again["reason"] == "already_configured"


@pytest.mark.parametrize("host", ["", "127.0.0.1:1", "a b", "[::1]", "bridge:x"])
async def test_address_without_a_bridge_is_an_error_beside_the_field(
    hass: HomeAssistant, fake: FakeHueBridge, host: str
) -> None:
    shown = await answer(hass, await begin(hass), {"host": host})
    assert shown["errors"] == {"host": "hue_bridge_cannot_connect"}
    link = await answer(hass, shown, {"host": fake.host})
    assert link["step_id"] == "hue_bridge_link"


async def test_other_device_is_an_error_beside_the_field(
    hass: HomeAssistant, fake: FakeHueBridge
) -> None:
    fake.bridge_id = "nas.local"
    await fake.restart()
    shown = await answer(hass, await begin(hass), {"host": fake.host})
    assert shown["errors"] == {"host": "hue_bridge_no_bridge"}


async def test_certificate_that_changes_meanwhile_gets_no_key(
    hass: HomeAssistant, fake: FakeHueBridge
) -> None:
    link = await answer(hass, await begin(hass), {"host": fake.host})
    fake.authority = make_authority("somebody")
    await fake.restart()
    fake.press_link_button()
    link = await answer(hass, link, {})
    assert link["errors"] == {"base": "hue_bridge_untrusted"}
    assert fake.requests == []


async def test_bridge_that_is_switched_off_meanwhile_can_be_tried_again(
    hass: HomeAssistant, fake: FakeHueBridge
) -> None:
    link = await answer(hass, await begin(hass), {"host": fake.host})
    await fake.power_off()
    link = await answer(hass, link, {})
    assert link["errors"] == {"base": "hue_bridge_cannot_connect"}


@pytest.mark.parametrize("unique_id", [BRIDGE_ID, "001788123456"])
async def test_loaded_hue_entry_of_the_bridge_is_offered_instead(
    hass: HomeAssistant, fake: FakeHueBridge, unique_id: str
) -> None:
    hue_entry(hass, unique_id)
    menu = await answer(hass, await begin(hass), {"host": fake.host})
    assert menu["type"] is FlowResultType.MENU
    assert menu["menu_options"] == ["light_routine", "hue_bridge_link"]
    form = await answer(hass, menu, {"next_step_id": "light_routine"})
    assert form["step_id"] == "light_routine"


async def test_second_connection_can_be_chosen_and_is_reported(
    hass: HomeAssistant, fake: FakeHueBridge, issue_registry: Any
) -> None:
    hue_entry(hass, BRIDGE_ID)
    menu = await answer(hass, await begin(hass), {"host": fake.host})
    link = await answer(hass, menu, {"next_step_id": "hue_bridge_link"})
    fake.press_link_button()
    done = await answer(hass, link, {})
    await hass.async_block_till_done()
    issue = issue_registry.async_get_issue(
        DOMAIN, f"hue_bridge_twice_{done['result'].entry_id}"
    )
    assert issue is not None
    await hass.config_entries.async_remove(done["result"].entry_id)
    assert not [key for key in issue_registry.issues if key[0] == DOMAIN]


async def test_hue_entry_of_another_bridge_does_not_matter(
    hass: HomeAssistant, fake: FakeHueBridge
) -> None:
    hue_entry(hass, "001788fffe999999")
    link = await answer(hass, await begin(hass), {"host": fake.host})
    assert link["step_id"] == "hue_bridge_link"


async def test_announced_bridge_is_offered(
    hass: HomeAssistant, fake: FakeHueBridge
) -> None:
    link = await discover(hass, announcement(fake))
    assert link["step_id"] == "hue_bridge_link"
    flow = hass.config_entries.flow.async_progress()[0]
    assert flow["context"]["title_placeholders"] == {"name": "Hue Bridge 123456"}
    fake.press_link_button()
    done = await answer(hass, link, {})
    assert done["data"]["host"] == fake.host


async def test_announced_bridge_of_the_hue_integration_is_not_offered(
    hass: HomeAssistant, fake: FakeHueBridge
) -> None:
    hue_entry(hass, BRIDGE_ID)
    assert (await discover(hass, announcement(fake)))["reason"] == "hue_bridge_in_hue"


async def test_usual_port_is_left_out(hass: HomeAssistant, fake: FakeHueBridge) -> None:
    found = announcement(fake)
    found.port = 443
    with patch(_PROBE, side_effect=RuntimeError) as probe, pytest.raises(RuntimeError):
        await discover(hass, found)
    probe.assert_called_once_with("127.0.0.1")


async def test_announcement_without_a_bridge_is_ignored(
    hass: HomeAssistant, fake: FakeHueBridge
) -> None:
    six = announcement(fake, "fe80::1")
    assert (await discover(hass, six))["reason"] == "hue_bridge_cannot_connect"
    found = announcement(fake)
    fake.bridge_id = "nas.local"
    await fake.restart()
    assert (await discover(hass, found))["reason"] == "hue_bridge_other_device"
    await fake.power_off()
    assert (await discover(hass, found))["reason"] == "hue_bridge_cannot_connect"


async def test_bridge_is_followed_to_its_new_address(
    hass: HomeAssistant, fake: FakeHueBridge, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(hass)
    context = fake.server_context
    await fake.restart(moved=True, context=context)
    assert entry.data["host"] != fake.host
    found = await discover(hass, announcement(fake))
    assert found["reason"] == "already_configured"
    assert entry.data["host"] == fake.host


async def test_impostor_does_not_change_the_address(
    hass: HomeAssistant, fake: FakeHueBridge, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(hass)
    async with FakeHueBridge(make_authority("somebody")) as impostor:
        found = await discover(hass, announcement(impostor))
    assert found["reason"] == "hue_bridge_other_device"
    assert entry.data["host"] == fake.host


async def test_revoked_key_is_replaced(
    hass: HomeAssistant, fake: FakeHueBridge, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(hass)
    fake.keys.clear()
    assert not await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert state_of(entry) is ConfigEntryState.SETUP_ERROR
    (shown,) = hass.config_entries.flow.async_progress()
    assert shown["step_id"] == "hue_bridge_reauth"
    fake.press_link_button()
    done = await answer(hass, shown, {})
    assert done["reason"] == "reauth_successful"
    await hass.async_block_till_done()
    assert state_of(entry) is ConfigEntryState.LOADED
    assert entry.data["app_key"] in fake.keys


async def test_changed_certificate_is_accepted_with_the_button(
    hass: HomeAssistant, fake: FakeHueBridge, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(hass)
    old = entry.data["fingerprint"]
    await fake.restart()
    assert not await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    (shown,) = hass.config_entries.flow.async_progress()
    still = await answer(hass, shown, {})
    assert still["errors"] == {"base": "hue_bridge_button_not_pressed"}
    assert entry.data["fingerprint"] == old
    fake.press_link_button()
    await answer(hass, shown, {})
    await hass.async_block_till_done()
    assert state_of(entry) is ConfigEntryState.LOADED
    assert entry.data["fingerprint"] != old


async def test_reauth_ends_for_another_device_and_for_none(
    hass: HomeAssistant, fake: FakeHueBridge, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(hass)
    fake.bridge_id = "001788fffe999999"
    await fake.restart()
    found = await entry.start_reauth_flow(hass)
    assert found["reason"] == "hue_bridge_other_device"
    await fake.power_off()
    found = await entry.start_reauth_flow(hass)
    assert found["reason"] == "hue_bridge_cannot_connect"


async def test_address_is_changed_if_it_is_the_same_bridge(
    hass: HomeAssistant, fake: FakeHueBridge, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(hass)
    old = fake.host
    await fake.restart(moved=True, context=fake.server_context)
    shown = await entry.start_reconfigure_flow(hass)
    shown = await answer(hass, shown, {"host": old})
    assert shown["errors"] == {"host": "hue_bridge_cannot_connect"}
    done = await answer(hass, shown, {"host": fake.host})
    assert done["reason"] == "reconfigure_successful"
    assert entry.data["host"] == fake.host
    await hass.async_block_till_done()
    assert state_of(entry) is ConfigEntryState.LOADED


async def test_address_of_another_bridge_is_rejected(
    hass: HomeAssistant, fake: FakeHueBridge, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(hass)
    shown = await entry.start_reconfigure_flow(hass)
    async with FakeHueBridge() as impostor:
        untrusted = await answer(hass, shown, {"host": impostor.host})
        assert untrusted["errors"] == {"host": "hue_bridge_untrusted"}
        impostor.bridge_id = "001788fffe999999"
        await impostor.restart()
        other = await answer(hass, shown, {"host": impostor.host})
        assert other["errors"] == {"host": "hue_bridge_other_bridge"}


async def test_address_can_be_changed_while_the_key_is_revoked(
    hass: HomeAssistant, fake: FakeHueBridge, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(hass)
    fake.keys.clear()
    shown = await entry.start_reconfigure_flow(hass)
    done = await answer(hass, shown, {"host": fake.host})
    assert done["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()


async def test_busy_bridge_does_not_change_the_address(
    hass: HomeAssistant, fake: FakeHueBridge, entry: MockConfigEntry
) -> None:
    entry.add_to_hass(hass)
    shown = await entry.start_reconfigure_flow(hass)
    fake.trouble.redirect = "https://elsewhere.invalid/"
    shown = await answer(hass, shown, {"host": fake.host})
    assert shown["errors"] == {"host": "hue_bridge_cannot_connect"}
