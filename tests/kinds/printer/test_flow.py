"""Every path through the flows of a printer, wrong turns included."""

from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.config_entries import SOURCE_SSDP, SOURCE_USER, ConfigFlowResult
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.service_info.ssdp import SsdpServiceInfo
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.printer import flow, forms
from demo.fakes.printer import ACCESS_CODE, P1S, FakePrinter
from demo.fakes.printer_certificate import make_authority

from .conftest import make_entry, set_up, state, until

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

SSDP = "urn:bambulab-com:device:3dprinter:1"


async def start(hass: HomeAssistant) -> ConfigFlowResult:
    """Choose this kind from the menu, and the direct connection."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    result = await answer(hass, result, {"next_step_id": "printer"})
    assert result["type"] is FlowResultType.MENU
    assert result["menu_options"] == ["printer_connect", "printer_adopt"]
    return await answer(hass, result, {"next_step_id": "printer_connect"})


async def answer(
    hass: HomeAssistant, result: ConfigFlowResult, answers: dict[str, Any]
) -> ConfigFlowResult:
    """Submit a form."""
    return await hass.config_entries.flow.async_configure(result["flow_id"], answers)


def address(printer: FakePrinter, **other: Any) -> dict[str, Any]:
    advanced = {"port": printer.port}
    if "ca" in other:
        advanced["ca"] = other.pop("ca")
    return {
        "serial": printer.serial,
        "host": "127.0.0.1",
        "advanced": advanced,
        **other,
    }


@pytest.mark.parametrize("field", ["camera_port", "files_port"])
@pytest.mark.parametrize("port", [16000, None])
async def test_port_is_kept_if_it_is_not_the_usual_one(
    hass: HomeAssistant, printer: FakePrinter, port: int | None, field: str
) -> None:
    answers = address(printer)
    if port is not None:
        answers["advanced"][field] = port
    result = await answer(hass, await start(hass), answers)
    result = await answer(hass, result, {"access_code": ACCESS_CODE})
    await hass.async_block_till_done()
    assert result["data"].get(field) == port


async def test_unknown_ca_shows_the_fingerprint_and_pins_it(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    result = await start(hass)
    assert (result["type"], result["step_id"]) == (
        FlowResultType.FORM,
        "printer_connect",
    )
    result = await answer(
        hass, result, address(printer, serial=f" {printer.serial.lower()} ")
    )
    assert result["step_id"] == "printer_trust"
    placeholders = result["description_placeholders"] or {}
    assert len(placeholders["fingerprint"].split(":")) == 32
    # Nothing has been sent, the access code was not even typed.
    assert printer.broker.connections == printer.broker.rejected == 0
    result = await answer(hass, result, {"access_code": f" {ACCESS_CODE} "})
    await hass.async_block_till_done()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "P1S 001"
    assert result["result"].unique_id == P1S
    pinned = placeholders["fingerprint"].replace(":", "").lower()
    assert result["data"] == {
        "kind": "printer",
        "kind_version": 1,
        "host": "127.0.0.1",
        "port": printer.port,
        "serial": P1S,
        "access_code": ACCESS_CODE,
        "ca": None,
        "fingerprint": pinned,
    }
    await until(hass, lambda: state(hass, "status").state == "idle")


async def test_known_ca_needs_no_consent(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    result = await start(hass)
    ca = f"Bambu's\n{printer.authority.pem}\n"
    result = await answer(hass, result, address(printer, ca=ca))
    assert result["step_id"] == "printer_login"
    result = await answer(hass, result, {"access_code": ACCESS_CODE})
    await hass.async_block_till_done()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"]["ca"] == printer.authority.pem.strip()
    assert result["data"]["fingerprint"] is None
    await until(hass, lambda: state(hass, "status").state == "idle")


@pytest.mark.parametrize(
    ("wrong", "field", "error"),
    [
        ({"serial": "01P00A000000009"}, "serial", "printer_other_serial"),
        ({"serial": "no serial!"}, "serial", "printer_invalid_serial"),
        ({"serial": "A" * 65}, "serial", "printer_invalid_serial"),
        ({"host": "a\0b"}, "host", "printer_cannot_connect"),
        ({"host": ""}, "host", "printer_cannot_connect"),
        ({"host": "x" * 300}, "host", "printer_cannot_connect"),
        ({"ca": "no certificate"}, "advanced", "printer_invalid_ca"),
        ({"ca": "x" * 70_000}, "advanced", "printer_invalid_ca"),
    ],
)
async def test_wrong_address_is_shown_at_its_field_and_can_be_corrected(
    hass: HomeAssistant,
    printer: FakePrinter,
    wrong: dict[str, Any],
    field: str,
    error: str,
) -> None:
    result = await start(hass)
    result = await answer(hass, result, address(printer, **wrong))
    assert result["errors"] == {field: error}
    result = await answer(hass, result, address(printer))
    assert result["step_id"] == "printer_trust"


async def test_wrong_code_can_be_corrected(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    result = await answer(hass, await start(hass), address(printer))
    result = await answer(hass, result, {"access_code": "wrong"})
    assert result["errors"] == {"access_code": "printer_invalid_code"}
    await printer.power_off()
    result = await answer(hass, result, {"access_code": ACCESS_CODE})
    assert result["errors"] == {"base": "printer_cannot_connect"}
    await printer.power_on()
    result = await answer(hass, result, {"access_code": ACCESS_CODE})
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("ca", ["foreign", "broken"])
async def test_ca_that_did_not_sign_is_refused_before_the_code_is_sent(
    hass: HomeAssistant, printer: FakePrinter, ca: str
) -> None:
    # The fake's side of a failed handshake is an error of the loop in debug mode.
    hass.loop.set_debug(False)
    pem = make_authority().pem
    if ca == "broken":
        pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"
    result = await answer(hass, await start(hass), address(printer, ca=pem))
    result = await answer(hass, result, {"access_code": ACCESS_CODE})
    assert result["errors"] == {"base": "printer_untrusted"}
    assert printer.broker.connections == printer.broker.rejected == 0


async def test_same_printer_again_aborts(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    (await make_entry(printer)).add_to_hass(hass)
    result = await answer(hass, await start(hass), address(printer))
    assert result["reason"] == "already_configured"


async def test_reconfigure_changes_the_address(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    entry = await make_entry(printer)
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, data={**entry.data, "port": 1})
    result = await entry.start_reconfigure_flow(hass)
    assert result["step_id"] == "printer_reconfigure"
    assert result["description_placeholders"] == {"serial": P1S}
    result = await answer(
        hass,
        result,
        {"host": "127.0.0.1", "advanced": {"port": printer.port}},
    )
    result = await answer(hass, result, {"access_code": ACCESS_CODE})
    assert result["reason"] == "reconfigure_successful"
    assert entry.data["port"] == printer.port
    await hass.async_block_till_done()
    await until(hass, lambda: state(hass, "status").state == "idle")


async def test_reauth_accepts_a_new_certificate(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    entry = await make_entry(printer)
    entry.add_to_hass(hass)
    old = {**entry.data, "fingerprint": "00" * 32, "access_code": "old"}
    hass.config_entries.async_update_entry(entry, data=old)
    result = await entry.start_reauth_flow(hass)
    assert result["step_id"] == "printer_reauth"
    result = await answer(hass, result, {"access_code": ACCESS_CODE})
    assert result["reason"] == "reauth_successful"
    assert entry.data["access_code"] == ACCESS_CODE
    assert entry.data["fingerprint"] != old["fingerprint"]
    await hass.async_block_till_done()


async def test_reauth_with_a_known_ca_asks_for_the_code_only(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    entry = await make_entry(printer)
    entry.add_to_hass(hass)
    data = {**entry.data, "fingerprint": None, "ca": printer.authority.pem}
    hass.config_entries.async_update_entry(entry, data=data)
    result = await entry.start_reauth_flow(hass)
    assert result["step_id"] == "printer_reauth"
    result = await answer(hass, result, {"access_code": ACCESS_CODE})
    assert result["reason"] == "reauth_successful"
    await hass.async_block_till_done()


async def test_reauth_aborts_if_the_printer_is_off_or_another_one(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    entry = await make_entry(printer)
    entry.add_to_hass(hass)
    await printer.power_off()
    result = await entry.start_reauth_flow(hass)
    assert result["reason"] == "printer_cannot_connect"
    other = FakePrinter("01P00A000000002")
    other.broker.port = printer.port
    async with other:
        result = await entry.start_reauth_flow(hass)
        assert result["reason"] == "printer_other_device"


def announcement(
    usn: str | None = P1S, location: str | None = "127.0.0.1", **headers: str
) -> SsdpServiceInfo:
    """Return what a printer announces."""
    return SsdpServiceInfo(
        ssdp_usn=usn or "",
        ssdp_st=SSDP,
        ssdp_location=location,
        ssdp_headers={"devname.bambu.com": "Workshop", **headers},
        upnp={},
    )


async def discover(hass: HomeAssistant, info: SsdpServiceInfo) -> ConfigFlowResult:
    return await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_SSDP}, data=info
    )


@pytest.mark.parametrize(
    "info",
    [
        announcement(),
        announcement(usn=f"uuid:{P1S}::{SSDP}", location="http://127.0.0.1:80/x"),
        announcement(location=None, _host="127.0.0.1"),
    ],
)
async def test_discovered_printer_asks_for_the_code(
    hass: HomeAssistant,
    printer: FakePrinter,
    monkeypatch: pytest.MonkeyPatch,
    info: SsdpServiceInfo,
) -> None:
    monkeypatch.setattr(flow, "PORT", printer.port)
    result = await discover(hass, info)
    assert result["step_id"] == "printer_trust"
    shown = hass.config_entries.flow.async_progress()[0]["context"]
    assert shown["title_placeholders"] == {"name": "P1S 001"}
    result = await answer(hass, result, {"access_code": ACCESS_CODE})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()


async def test_discovery_updates_the_address_of_a_known_printer(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    entry = await make_entry(printer)
    entry.add_to_hass(hass)
    result = await discover(hass, announcement(location="127.0.0.9"))
    assert result["reason"] == "already_configured"
    assert entry.data["host"] == "127.0.0.9"


@pytest.mark.parametrize(
    "info",
    [announcement(usn=None), announcement(location=None), announcement("BAD1")],
)
async def test_discovery_of_something_else_aborts(
    hass: HomeAssistant,
    printer: FakePrinter,
    monkeypatch: pytest.MonkeyPatch,
    info: SsdpServiceInfo,
) -> None:
    monkeypatch.setattr(flow, "PORT", printer.port)
    result = await discover(hass, info)
    assert result["reason"] == "printer_cannot_connect"


async def test_discovery_of_another_source_is_a_mistake(hass: HomeAssistant) -> None:
    steps = flow.Flow.__new__(flow.Flow)
    with pytest.raises(TypeError):
        await steps.async_discovered(ZeroconfServiceInfo.__new__(ZeroconfServiceInfo))


async def open_options(
    hass: HomeAssistant, entry: MockConfigEntry, step: str
) -> ConfigFlowResult:
    """Choose a form from the menu of the options."""
    options = hass.config_entries.options
    result = await options.async_init(entry.entry_id)
    assert result["type"] is FlowResultType.MENU
    return await options.async_configure(result["flow_id"], {"next_step_id": step})


async def test_options_are_applied(hass: HomeAssistant, printer: FakePrinter) -> None:
    entry = await set_up(hass, printer)
    result = await open_options(hass, entry, "printer_connection")
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], {"lost_after": 120}
    )
    await hass.async_block_till_done()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.runtime_data.options.lost_after.total_seconds() == 120


TIMELAPSE = {
    "camera": "camera.workshop",
    "automatic": False,
    "trigger": "interval",
    "image_delay": 10,
    "quota": 500,
    "floor": 100,
}


async def test_time_lapse_options_are_applied(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    entry = await set_up(hass, printer)
    result = await open_options(hass, entry, "printer_timelapse")
    await hass.config_entries.options.async_configure(result["flow_id"], TIMELAPSE)
    await hass.async_block_till_done()
    options = entry.runtime_data.options.timelapse
    assert (options.camera, options.image_delay) == ("camera.workshop", 10)
    assert (options.limits.quota, options.limits.floor) == (500, 100)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"trigger": "entity"}, "trigger_entity"),
        ({"trigger": "event", "trigger_event": " "}, "trigger_event"),
        ({"trigger": "event", "trigger_event": "x" * 65}, "trigger_event"),
    ],
)
async def test_trigger_that_is_not_complete_is_shown_at_its_field(
    hass: HomeAssistant, printer: FakePrinter, wrong: dict[str, str], field: str
) -> None:
    entry = await set_up(hass, printer)
    result = await open_options(hass, entry, "printer_timelapse")
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], {**TIMELAPSE, **wrong}
    )
    assert result["errors"] == {field: "printer_trigger_missing"}


def test_box_without_unit_has_none() -> None:
    assert "unit_of_measurement" not in forms.box(1, 2).config
