"""Every path through the flows of a camera, wrong turns included."""

from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.config_entries import (
    SOURCE_DHCP,
    SOURCE_USER,
    SOURCE_ZEROCONF,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.robocam import flow
from demo.fakes.esp32_camera import PATH, FakeCamera, Trouble

from .conftest import entity_id, make_entry, set_up

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

MAC = "24:6f:28:aa:bb:cc"


async def start(hass: HomeAssistant) -> ConfigFlowResult:
    """Choose this kind from the menu."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    return await answer(hass, result, {"next_step_id": "robocam"})


async def answer(
    hass: HomeAssistant, result: ConfigFlowResult, answers: dict[str, Any]
) -> ConfigFlowResult:
    """Submit a form."""
    return await hass.config_entries.flow.async_configure(result["flow_id"], answers)


def answers(camera: FakeCamera, **other: Any) -> dict[str, Any]:
    return {
        "host": "127.0.0.1",
        "port": camera.port,
        "path": PATH,
        **other,
    }


async def test_user_flow_creates_an_entry(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    result = await start(hass)
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, "robocam")
    result = await answer(hass, result, answers(camera, host=" 127.0.0.1 ", path="ws"))
    await hass.async_block_till_done()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "RoboCam"
    assert result["data"] == {
        "kind": "robocam",
        "kind_version": 1,
        "host": "127.0.0.1",
        "port": camera.port,
        "path": PATH,
    }
    assert len(result["result"].unique_id or "") == 32


async def test_second_camera_has_a_numbered_title(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    async with FakeCamera() as other:
        titles = []
        for each in (camera, other):
            result = await answer(hass, await start(hass), answers(each))
            await hass.async_block_till_done()
            titles.append(result["title"])
            await hass.config_entries.async_unload(result["result"].entry_id)
    assert titles == ["RoboCam", "RoboCam 2"]


@pytest.mark.parametrize(
    ("trouble", "field", "error"),
    [
        (Trouble.FULL, "host", "robocam_full"),
        (Trouble.SILENT, "host", "robocam_no_frame"),
        (Trouble.TRUNCATED, "host", "robocam_no_frame"),
        (Trouble.HUGE, "host", "robocam_no_frame"),
    ],
)
async def test_user_flow_shows_the_fault_and_recovers(
    hass: HomeAssistant, camera: FakeCamera, trouble: Trouble, field: str, error: str
) -> None:
    camera.trouble = trouble
    result = await answer(hass, await start(hass), answers(camera))
    assert result["errors"] == {field: error}
    camera.trouble = None
    result = await answer(hass, result, answers(camera))
    await hass.async_block_till_done()
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_user_flow_shows_wrong_path_and_wrong_port(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    result = await answer(hass, await start(hass), answers(camera, path="/stream"))
    assert result["errors"] == {"path": "robocam_wrong_path"}
    result = await answer(hass, result, answers(camera, port=1))
    assert result["errors"] == {"host": "robocam_cannot_connect"}


async def test_user_flow_aborts_for_a_known_address(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    make_entry(camera).add_to_hass(hass)
    result = await answer(hass, await start(hass), answers(camera))
    assert (result["type"], result["reason"]) == (
        FlowResultType.ABORT,
        "already_configured",
    )


async def test_reconfigure_keeps_the_entities(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    entry = await set_up(hass, camera)
    before = entity_id(hass, "camera")
    async with FakeCamera() as moved:
        result = await entry.start_reconfigure_flow(hass)
        assert result["step_id"] == "robocam_reconfigure"
        new = answers(moved)
        result = await answer(hass, result, {**new, "path": "/nowhere"})
        assert result["errors"] == {"path": "robocam_wrong_path"}
        result = await answer(hass, result, new)
        await hass.async_block_till_done()
        assert result["reason"] == "reconfigure_successful"
        assert entry.data["port"] == moved.port
        assert entity_id(hass, "camera") == before
        assert moved.accepted
        await hass.config_entries.async_unload(entry.entry_id)


async def test_options_flow_stores_and_clears_options(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    entry = await set_up(hass, camera)
    result = await hass.config_entries.options.async_init(entry.entry_id)
    chosen = {
        "fps": 5,
        "stay_connected": True,
        "step": 20,
        "mirror": False,
        "privacy_entity": "person.owner",
        "frame_buffers": 1,
        "park_x": 0,
        "park_y": 90,
    }
    done = await hass.config_entries.options.async_configure(result["flow_id"], chosen)
    await hass.async_block_till_done()
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert entry.runtime_data.options.privacy_entity == "person.owner"
    result = await hass.config_entries.options.async_init(entry.entry_id)
    del chosen["privacy_entity"]
    await hass.config_entries.options.async_configure(result["flow_id"], chosen)
    await hass.async_block_till_done()
    assert entry.runtime_data.options.privacy_entity is None
    assert entry.runtime_data.options.step == 20
    assert not entry.runtime_data.options.mirror
    assert entry.runtime_data.options.frame_buffers == 1


# What the network announces


def seen_by_dhcp() -> DhcpServiceInfo:
    return DhcpServiceInfo(
        ip="127.0.0.1", hostname="esp32-aabbcc", macaddress="246f28aabbcc"
    )


def seen_by_zeroconf(camera: FakeCamera) -> ZeroconfServiceInfo:

    address = ip_address("127.0.0.1")
    return ZeroconfServiceInfo(
        ip_address=address,
        ip_addresses=[address],
        port=camera.port,
        hostname="robocam.local.",
        type="_http._tcp.local.",
        name="robocam._http._tcp.local.",
        properties={},
    )


async def discover(
    hass: HomeAssistant, source: str, found: DhcpServiceInfo | ZeroconfServiceInfo
) -> ConfigFlowResult:
    return await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": source}, data=found
    )


async def test_dhcp_discovery_offers_a_camera(
    hass: HomeAssistant, camera: FakeCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "DEFAULT_PORT", camera.port)
    result = await discover(hass, SOURCE_DHCP, seen_by_dhcp())
    assert (result["type"], result["step_id"]) == (
        FlowResultType.FORM,
        "robocam_confirm",
    )
    shown = hass.config_entries.flow.async_progress()[0]["context"]
    assert shown["title_placeholders"] == {"name": "esp32-aabbcc"}
    result = await answer(hass, result, {})
    await hass.async_block_till_done()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "esp32-aabbcc"
    assert result["result"].unique_id == MAC
    assert result["data"]["mac"] == MAC


async def test_zeroconf_discovery_offers_a_camera(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    result = await discover(hass, SOURCE_ZEROCONF, seen_by_zeroconf(camera))
    assert result["step_id"] == "robocam_confirm"
    result = await answer(hass, result, {})
    await hass.async_block_till_done()
    assert result["data"]["port"] == camera.port
    result = await discover(hass, SOURCE_ZEROCONF, seen_by_zeroconf(camera))
    assert result["reason"] == "already_configured"


async def test_discovery_of_another_device_aborts(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    camera.trouble = Trouble.SILENT
    result = await discover(hass, SOURCE_ZEROCONF, seen_by_zeroconf(camera))
    assert result["reason"] == "robocam_no_camera"


async def test_discovery_updates_the_address_of_a_known_camera(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    entry = make_entry(camera)
    entry.add_to_hass(hass)
    result = await discover(hass, SOURCE_DHCP, seen_by_dhcp())
    assert result["reason"] == "already_configured"
    assert entry.data["mac"] == MAC
    await hass.async_block_till_done()
    old = {**entry.data, "host": "127.0.0.9"}
    hass.config_entries.async_update_entry(entry, data=old)
    result = await discover(hass, SOURCE_DHCP, seen_by_dhcp())
    assert result["reason"] == "already_configured"
    assert entry.data["host"] == "127.0.0.1"
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED


async def test_discovery_at_a_known_address_with_another_mac_keeps_the_entry(
    hass: HomeAssistant, camera: FakeCamera
) -> None:
    entry = make_entry(camera)
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, "mac": "24:6f:28:00:00:00"}
    )
    result = await discover(hass, SOURCE_DHCP, seen_by_dhcp())
    assert result["reason"] == "robocam_no_camera"
    assert entry.data["mac"] == "24:6f:28:00:00:00"
