"""What users may do with a printer, over a real socket."""

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import Context
from homeassistant.exceptions import (
    HomeAssistantError,
    ServiceValidationError,
    Unauthorized,
)
from homeassistant.helpers import device_registry as dr

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.store import StoreNotWritten

from .conftest import act, set_up, state, until
from .test_connection import issues

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockUser

    from demo.fakes.printer import FakePrinter


@pytest.fixture(autouse=True)
def _all(all_enabled: None) -> None:
    """Enable all entities."""


def device_id(hass: HomeAssistant) -> str:
    entry = hass.config_entries.async_entries(DOMAIN)[0]
    return dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)[0].id


async def call(hass: HomeAssistant, name: str, **data: Any) -> dict[str, Any]:
    """Perform an action on the printer's device and return its response."""
    context = data.pop("context", None)
    response = await hass.services.async_call(
        DOMAIN,
        name,
        {"device_id": device_id(hass), **data},
        blocking=True,
        return_response=True,
        context=context,
    )
    assert isinstance(response, dict)
    return response


async def begin(hass: HomeAssistant, printer: FakePrinter) -> None:
    printer.begin()
    await until(hass, lambda: state(hass, "status").state == "running")


async def shows(hass: HomeAssistant, key: str, value: str) -> None:
    await until(hass, lambda: state(hass, key).state == value)


def commands(printer: FakePrinter) -> list[str]:
    read = {"pushall", "get_version"}
    return [f["command"] for _, f in printer.requests if f["command"] not in read]


async def test_buttons_pause_resume_and_stop(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    await set_up(hass, printer)
    await begin(hass, printer)
    for key, shown in (("pause", "paused"), ("resume", "running"), ("stop", "idle")):
        await act(hass, "button.press", key)
        await shows(hass, "status", shown)
    assert commands(printer) == ["pause", "resume", "stop"]


async def test_actions_answer_with_the_result(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    await set_up(hass, printer)
    await begin(hass, printer)
    assert await call(hass, "printer_control", command="pause") == {"result": "success"}
    assert await call(hass, "printer_stop") == {"result": "success"}
    await until(hass, lambda: state(hass, "status").state == "idle")
    assert await call(hass, "printer_set_temperature", nozzle=200, bed="60") == {
        "result": "success"
    }
    await until(hass, lambda: state(hass, "bed_target").state == "60.0")
    assert state(hass, "nozzle_target").state == "200.0"
    assert await call(hass, "printer_set_temperature") == {"result": "success"}


async def test_both_lights_of_an_h2_are_switched(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    entry = await set_up(hass, printer)
    nodes = ("chamber_light", "chamber_light2")
    printer.report(lights_report=[{"node": node, "mode": "off"} for node in nodes])
    await until(hass, lambda: entry.runtime_data.data.status.second_light)
    await act(hass, "light.turn_on", "light")
    await until(hass, lambda: state(hass, "light").state == "on")
    assert [each["mode"] for each in printer.state["lights_report"]] == ["on", "on"]
    await act(hass, "light.turn_off", "light")
    await until(hass, lambda: state(hass, "light").state == "off")
    assert [each["mode"] for each in printer.state["lights_report"]] == ["off", "off"]


async def test_light_speed_and_temperatures_are_set(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    await set_up(hass, printer)
    await begin(hass, printer)
    await act(hass, "light.turn_on", "light")
    await until(hass, lambda: state(hass, "light").state == "on")
    await act(hass, "light.turn_off", "light")
    await until(hass, lambda: state(hass, "light").state == "off")
    await act(hass, "select.select_option", "set_speed", option="ludicrous")
    await until(hass, lambda: state(hass, "set_speed").state == "ludicrous")
    await act(hass, "number.set_value", "set_nozzle", value=215.4)
    await act(hass, "number.set_value", "set_bed", value=55)
    await until(hass, lambda: state(hass, "set_bed").state == "55.0")
    assert printer.gcode == ["M104 S215", "M140 S55"]
    with pytest.raises(ServiceValidationError) as refused:
        await act(hass, "number.set_value", "set_nozzle", value=float("nan"))
    assert refused.value.translation_key == "printer_no_temperature"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("printer_control", {"command": "home"}),
        ("printer_run_gcode", {"gcode": "G1 X100"}),
    ],
)
async def test_moves_and_gcode_are_refused_while_printing_unless_forced(
    hass: HomeAssistant, printer: FakePrinter, name: str, data: dict[str, Any]
) -> None:
    await set_up(hass, printer)
    await begin(hass, printer)
    with pytest.raises(ServiceValidationError) as refused:
        await call(hass, name, **data)
    assert refused.value.translation_key == "printer_is_printing"
    assert refused.value.translation_placeholders == {"name": "Printer"}
    assert printer.gcode == []
    assert (await call(hass, name, **data, force=True))["result"] == "success"
    assert len(printer.gcode) == 1


async def test_gcode_is_acknowledged_line_by_line(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    await set_up(hass, printer)
    text = "G28 ; home\nM106 S255\n\nM106 S0"
    answer = await call(hass, "printer_run_gcode", gcode=text, dry_run=True)
    assert answer["result"] == "dry_run"
    assert answer["lines"] == ["G28", "M106 S255", "M106 S0"]
    assert printer.gcode == []
    answer = await call(hass, "printer_run_gcode", gcode=text)
    assert (answer["sent"], answer["result"]) == (3, "success")
    assert printer.gcode == ["G28", "M106 S255", "M106 S0"]
    assert commands(printer).count("gcode_line") == 3


async def test_dry_run_returns_what_would_refuse_it(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    await set_up(hass, printer)
    await begin(hass, printer)
    answer = await call(hass, "printer_run_gcode", gcode="G28", dry_run=True)
    assert answer["result"] == "printer_is_printing"


async def test_invalid_gcode_sends_no_line(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    await set_up(hass, printer)
    with pytest.raises(ServiceValidationError) as refused:
        await call(hass, "printer_run_gcode", gcode="G28\nM106 \x00")
    assert refused.value.translation_key == "printer_gcode_invalid"
    assert (refused.value.translation_placeholders or {})["line"] == "2"
    assert printer.gcode == []


async def test_refusal_of_the_printer_has_its_reason_and_stops_the_rest(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    await set_up(hass, printer)
    printer.refuses = "gcode_line"
    with pytest.raises(HomeAssistantError) as refused:
        await call(hass, "printer_run_gcode", gcode="G28\nG28")
    assert refused.value.translation_key == "printer_refused"
    assert (refused.value.translation_placeholders or {})["reason"] == "not now"
    assert commands(printer) == ["gcode_line"]
    (sent,) = (await call(hass, "printer_gcode_history"))["history"]
    assert (sent["gcode"], sent["result"]) == ("G28\nG28", "printer_refused")


async def test_history_names_the_user_and_survives_a_restart(
    hass: HomeAssistant, printer: FakePrinter, hass_admin_user: MockUser
) -> None:
    entry = await set_up(hass, printer)
    context = Context(user_id=hass_admin_user.id)
    await call(hass, "printer_run_gcode", gcode="G28", context=context)
    await call(hass, "printer_run_gcode", gcode="G28", context=context)
    await hass.config_entries.async_reload(entry.entry_id)
    await until(hass, lambda: state(hass, "status").state == "idle")
    (sent,) = (await call(hass, "printer_gcode_history"))["history"]
    assert (sent["who"], sent["count"]) == (hass_admin_user.id, 2)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("printer_stop", {}),
        ("printer_run_gcode", {"gcode": "G28"}),
        ("printer_queue_gcode", {"gcode": "G28"}),
        ("printer_clear_queue", {}),
        ("printer_gcode_history", {}),
    ],
)
async def test_stop_and_gcode_are_for_administrators(
    hass: HomeAssistant,
    printer: FakePrinter,
    hass_read_only_user: MockUser,
    name: str,
    data: dict[str, Any],
) -> None:
    hass_read_only_user.mock_policy({"entities": True})  # may control everything
    await set_up(hass, printer)
    await begin(hass, printer)
    context = Context(user_id=hass_read_only_user.id)
    with pytest.raises(Unauthorized):
        await call(hass, name, **data, context=context)
    assert commands(printer) == []


async def test_stop_button_is_for_administrators(
    hass: HomeAssistant,
    printer: FakePrinter,
    hass_read_only_user: MockUser,
    hass_admin_user: MockUser,
) -> None:
    hass_read_only_user.mock_policy({"entities": True})
    await set_up(hass, printer)
    await begin(hass, printer)

    async def press(key: str, user: MockUser) -> None:
        data = {"entity_id": state(hass, key).entity_id}
        context = Context(user_id=user.id)
        await hass.services.async_call(
            "button", "press", data, blocking=True, context=context
        )

    await press("pause", hass_read_only_user)
    with pytest.raises(Unauthorized):
        await press("stop", hass_read_only_user)
    assert commands(printer) == ["pause"]
    await press("stop", hass_admin_user)
    assert commands(printer) == ["pause", "stop"]


async def test_unsigned_command_that_is_refused_makes_controls_unavailable(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    await set_up(hass, printer)
    printer.signed = True
    with pytest.raises(HomeAssistantError) as refused:
        await act(hass, "button.press", "home")
    assert refused.value.translation_key == "printer_signature_required"
    assert issues(hass) == {"printer_signature"}
    for key in ("pause", "stop", "set_speed", "set_nozzle"):
        assert state(hass, key).state == STATE_UNAVAILABLE
    # Reading goes on, and the light still works.
    await act(hass, "light.turn_on", "light")
    await until(hass, lambda: state(hass, "light").state == "on")
    # Developer Mode is switched on, which restarts the broker.
    printer.signed = False
    printer.broker.drop_clients()
    await until(hass, lambda: issues(hass) == set())
    await act(hass, "button.press", "home")


async def test_queue_waits_for_the_end_of_the_print(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    await set_up(hass, printer)
    await begin(hass, printer)
    answer = await call(hass, "printer_queue_gcode", gcode="M106 S0", id="a")
    assert answer["state"] == "waiting"
    again = await call(hass, "printer_queue_gcode", gcode="M106 S0", id="a")
    assert again == answer
    await call(hass, "printer_queue_gcode", gcode="M140 S0")
    await hass.async_block_till_done()
    assert printer.gcode == []
    printer.end("FINISH")
    await until(hass, lambda: len(printer.gcode) == 2)
    assert printer.gcode == ["M106 S0", "M140 S0"]
    await until(hass, lambda: hass_control(hass).queue.waiting == 0)
    queue = (await call(hass, "printer_gcode_history"))["queue"]
    assert [item["state"] for item in queue] == ["done", "done"]


async def test_queue_survives_a_restart(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    entry = await set_up(hass, printer)
    await begin(hass, printer)
    await call(hass, "printer_queue_gcode", gcode="M106 S0", id="a")
    await hass.config_entries.async_unload(entry.entry_id)
    printer.end("FINISH")
    await hass.config_entries.async_setup(entry.entry_id)
    await until(hass, lambda: printer.gcode == ["M106 S0"])


async def test_queue_has_a_dry_run_a_limit_and_can_be_cleared(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    await set_up(hass, printer)
    await begin(hass, printer)
    answer = await call(hass, "printer_queue_gcode", gcode="G28", dry_run=True)
    assert answer["state"] == "dry_run"
    for _ in range(20):
        await call(hass, "printer_queue_gcode", gcode="G28")
    with pytest.raises(ServiceValidationError) as refused:
        await call(hass, "printer_queue_gcode", gcode="G28")
    assert refused.value.translation_key == "printer_queue_full"
    assert await call(hass, "printer_clear_queue") == {"cleared": 20}
    printer.end("FINISH")
    await until(hass, lambda: state(hass, "status").state == "finished")
    assert printer.gcode == []


async def test_queued_gcode_that_fails_is_not_repeated(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    await set_up(hass, printer)
    printer.refuses = "gcode_line"
    await call(hass, "printer_queue_gcode", gcode="G28", id="a")
    await until(hass, lambda: hass_control(hass).queue.waiting == 0)
    item = hass_control(hass).queue.find("a")
    assert (item.state, item.reason) == ("failed", "printer_refused")
    assert commands(printer) == ["gcode_line"]


async def test_print_that_begins_lets_the_rest_of_the_queue_wait(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    await set_up(hass, printer)
    await begin(hass, printer)
    for item_id in ("a", "b"):
        await call(hass, "printer_queue_gcode", gcode="G28", id=item_id)
    control = hass_control(hass)
    send = control._async_send

    async def begin_after_one(command: Any, **how: Any) -> None:
        await send(command, **how)
        printer.begin()
        await until(hass, lambda: state(hass, "status").state == "running")

    control._async_send = begin_after_one
    printer.end("FINISH")
    await until(hass, lambda: len(printer.gcode) == 1)
    await until(hass, lambda: control.queue.find("a").state == "done")
    await until(hass, lambda: control.queue.find("b").state == "waiting")
    assert printer.gcode == ["G28"]


async def test_unknown_device_is_refused(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    entry = await set_up(hass, printer)
    for wrong in ("nothing", ""):
        with pytest.raises(ServiceValidationError) as refused:
            await call(hass, "printer_stop", device_id=wrong)
        assert refused.value.translation_key == "printer_no_printer"
    known = device_id(hass)
    await hass.config_entries.async_unload(entry.entry_id)
    with pytest.raises(ServiceValidationError):
        await call(hass, "printer_stop", device_id=known)


async def test_queued_gcode_that_cannot_be_stored_is_an_error(
    hass: HomeAssistant, printer: FakePrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = await set_up(hass, printer)
    await begin(hass, printer)
    control = hass_control(hass)
    await call(hass, "printer_queue_gcode", gcode="G28", id="a")
    entry.runtime_data._store.close()
    for item_id in ("a", "b"):
        with pytest.raises(StoreNotWritten):
            await call(hass, "printer_queue_gcode", gcode="G28", id=item_id)
    # What failed for the caller is not sent later.
    assert [item.id for item in control.queue.items] == ["a"]


async def test_queue_waits_while_its_state_cannot_be_stored(
    hass: HomeAssistant, printer: FakePrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a stored state the lines might be sent twice after a crash."""
    entry = await set_up(hass, printer)
    await begin(hass, printer)
    await call(hass, "printer_queue_gcode", gcode="G28", id="a")
    tried = 0

    async def fail() -> None:
        nonlocal tried
        tried += 1
        raise StoreNotWritten

    with monkeypatch.context() as broken:
        broken.setattr(entry.runtime_data, "async_save_now", fail)
        printer.end("FINISH")
        await until(hass, lambda: tried > 0)
        await until(hass, lambda: not hass_control(hass)._lock.locked())
        assert hass_control(hass).queue.find("a").state == "waiting"
        assert printer.gcode == []
    printer.report(wifi_signal="-33dBm")
    await until(hass, lambda: printer.gcode == ["G28"])


async def test_lines_of_two_texts_are_not_mixed(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    """One moves relatively, the other not."""
    await set_up(hass, printer)
    texts = [["G91", "G1 Z10", "G90"], ["G28", "G1 X0", "M84"], ["M106 S0", "M107"]]
    await asyncio.gather(
        *(call(hass, "printer_run_gcode", gcode="\n".join(t)) for t in texts[:2]),
        call(hass, "printer_queue_gcode", gcode="\n".join(texts[2])),
    )
    await until(hass, lambda: hass_control(hass).queue.waiting == 0)
    assert len(printer.gcode) == 8
    for lines in texts:
        at = printer.gcode.index(lines[0])
        assert printer.gcode[at : at + len(lines)] == lines


async def test_forced_gcode_does_not_wait_for_other_lines(
    hass: HomeAssistant, printer: FakePrinter
) -> None:
    await set_up(hass, printer)
    async with hass_control(hass)._lock:
        answer = await call(hass, "printer_run_gcode", gcode="M112", force=True)
    assert (answer["sent"], printer.gcode) == (1, ["M112"])


async def test_home_is_forced_by_administrators_only(
    hass: HomeAssistant,
    printer: FakePrinter,
    hass_read_only_user: MockUser,
    hass_admin_user: MockUser,
) -> None:
    """It ruins a print, as a stop does."""
    hass_read_only_user.mock_policy({"entities": True})
    await set_up(hass, printer)
    data = {"command": "home", "force": True}
    unknown = Context(user_id="unknown")
    for context in (Context(user_id=hass_read_only_user.id), unknown):
        with pytest.raises(Unauthorized):
            await call(hass, "printer_control", **data, context=context)
    assert printer.gcode == []
    for context in (Context(user_id=hass_admin_user.id), Context()):
        await call(hass, "printer_control", **data, context=context)
    user = Context(user_id=hass_read_only_user.id)
    await call(hass, "printer_control", command="home", context=user)
    assert printer.gcode == ["G28"] * 3


def hass_control(hass: HomeAssistant) -> Any:
    """Return the commands of the printer."""
    return hass.config_entries.async_entries(DOMAIN)[0].runtime_data.control
