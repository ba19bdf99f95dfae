"""An entry from the config flow to a Tuya device on a real socket."""

import logging
import time
from typing import TYPE_CHECKING, Any

import pytest
import tinytuya
from homeassistant.config_entries import SOURCE_REAUTH, SOURCE_USER, ConfigEntryState
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya import (
    diagnosis,
    exchange,
    lan,
)
from custom_components.jannenkoti.kinds.air_conditioner.drivers.tuya.datapoints import (
    STANDARD,
)
from demo.fakes.tuya_device import (
    ConnectionTrouble,
    Manners,
    TuyaDevice,
    UnreadableAnswer,
)
from demo.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from homeassistant.core import HomeAssistant

pytestmark = pytest.mark.usefixtures("socket_enabled", "all_enabled")

KEY = "made-up-key-1234"
OTHER_KEY = "another-key-1234"
DEVICE_ID = "eb0123456789abcdefghij"


@pytest.fixture(params=["3.3", "3.4", "3.5"])
def device(request: pytest.FixtureRequest) -> Iterator[TuyaDevice]:
    with TuyaDevice(
        KEY,
        manners=Manners(),
        version=request.param,
        gw_id=DEVICE_ID,
        dps={"1": False, "2": 24, "3": 27, "4": "cold", "5": "low"},
    ) as device:
        yield device


def entry_of(hass: HomeAssistant, device: TuyaDevice, key: str = KEY) -> Any:
    """Return an entry of the device, with a room sensor at its target."""
    hass.states.async_set("sensor.room", "24.5", {"unit_of_measurement": "°C"})
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Bedroom",
        unique_id=DEVICE_ID,
        data={
            "kind": "air_conditioner",
            "kind_version": 1,
            "driver": "tuya_lan",
            "device_id": DEVICE_ID,
            "host": "127.0.0.1",
            "port": device.port,
            "local_key": key,
            "version": device.config.version,
        },
        options={"temperature_sensors": ["sensor.room"], "datapoints": STANDARD},
        minor_version=2,
    )
    entry.add_to_hass(hass)
    return entry


def reauth_flows(hass: HomeAssistant) -> list[Any]:
    return [
        flow
        for flow in hass.config_entries.flow.async_progress()
        if flow["context"]["source"] == SOURCE_REAUTH
    ]


@pytest.mark.parametrize("chosen", ["auto", "known"])
async def test_flow_to_wire_end_to_end(
    hass: HomeAssistant, device: TuyaDevice, chosen: str
) -> None:
    hass.states.async_set("sensor.room", "26", {"unit_of_measurement": "°C"})
    result: Any = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    for answers in (
        {"next_step_id": "air_conditioner"},
        {"next_step_id": "air_conditioner_tuya_lan"},
        {
            "device_id": DEVICE_ID,
            "host": "127.0.0.1",
            "port": device.port,
            "local_key": KEY,
            "version": "auto" if chosen == "auto" else device.config.version,
        },
        {"temperature_sensors": ["sensor.room"]},
    ):
        result = await hass.config_entries.flow.async_configure(
            result["flow_id"], answers
        )
    await hass.async_block_till_done()
    entry = result["result"]
    assert entry.state is ConfigEntryState.LOADED
    assert entry.data["version"] == device.config.version
    climate = er.async_get(hass).async_get_entity_id(
        "climate", DOMAIN, f"{DEVICE_ID}_climate"
    )
    number = er.async_get(hass).async_get_entity_id(
        "number", DOMAIN, f"{DEVICE_ID}_minimum_off"
    )
    await hass.services.async_call(
        "number", "set_value", {"entity_id": number, "value": 0}, blocking=True
    )
    assert (device.dps["1"], device.dps["2"]) == (True, 16)
    await hass.services.async_call(
        "climate", "turn_off", {"entity_id": climate}, blocking=True
    )
    assert not device.dps["1"]
    await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()


@pytest.mark.parametrize(
    "trouble", [ConnectionTrouble.BUSY_CLOSE, ConnectionTrouble.BUSY_RESET]
)
async def test_device_that_is_busy_at_setup_is_retried_and_no_key_is_asked_for(
    hass: HomeAssistant, device: TuyaDevice, trouble: ConnectionTrouble
) -> None:
    device.manners.trouble = trouble
    entry = entry_of(hass, device)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state.name == "SETUP_RETRY"
    assert not reauth_flows(hass)
    device.manners.trouble = ConnectionTrouble.NONE
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state.name == "LOADED"


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (UnreadableAnswer.OWN_KEY, ConfigEntryState.SETUP_ERROR),
        # The evidence is weaker: the user is asked, and the setup is retried.
        (UnreadableAnswer.CLOSE, ConfigEntryState.SETUP_RETRY),
    ],
)
async def test_changed_key_asks_for_a_new_one_at_setup(
    hass: HomeAssistant,
    device: TuyaDevice,
    answer: UnreadableAnswer,
    state: ConfigEntryState,
) -> None:
    device.manners.unreadable = answer
    entry = entry_of(hass, device, OTHER_KEY)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is state
    assert len(reauth_flows(hass)) == 1


@pytest.mark.parametrize("answer", [UnreadableAnswer.OWN_KEY, UnreadableAnswer.CLOSE])
async def test_key_that_changes_while_running_asks_for_a_new_one(
    hass: HomeAssistant, device: TuyaDevice, answer: UnreadableAnswer
) -> None:
    entry = entry_of(hass, device)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    device.manners.unreadable = answer
    device.config.real_key = OTHER_KEY.encode()
    await entry.runtime_data.async_refresh()
    await hass.async_block_till_done()
    assert len(reauth_flows(hass)) == 1
    device.config.real_key = KEY.encode()
    await entry.runtime_data.async_refresh()
    assert entry.runtime_data.data.device is not None


async def test_silent_device_alone_asks_for_no_key(
    hass: HomeAssistant, device: TuyaDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def async_scan(**_kwargs: object) -> dict[str, object]:
        return {}

    monkeypatch.setattr(lan, "async_scan", async_scan)
    monkeypatch.setattr(lan, "_EXAMINE_EVERY", 0.0)
    monkeypatch.setattr(exchange, "_TIMEOUT", 0.5)
    monkeypatch.setattr(diagnosis, "_ANSWER", 0.5)
    entry = entry_of(hass, device)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    device.manners.trouble = ConnectionTrouble.SILENT
    await entry.runtime_data.async_refresh()
    await entry.runtime_data.async_refresh()
    await hass.async_block_till_done()
    assert entry.runtime_data.data.device is None
    assert not reauth_flows(hass)


async def test_dripping_device_delays_neither_reload_nor_stop(
    hass: HomeAssistant, device: TuyaDevice
) -> None:
    entry = entry_of(hass, device)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()

    async def is_connected() -> bool:
        return bool(device.connected)

    device.manners.trouble = ConnectionTrouble.DRIP
    hass.async_create_background_task(entry.runtime_data.async_refresh(), "poll")
    await eventually(is_connected, within=60, what="a connection")
    began = time.monotonic()
    await hass.config_entries.async_unload(entry.entry_id)
    assert time.monotonic() - began < 8
    assert entry.state is ConfigEntryState.NOT_LOADED
    device.manners.trouble = ConnectionTrouble.NONE
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    device.manners.trouble = ConnectionTrouble.DRIP
    hass.async_create_background_task(entry.runtime_data.async_refresh(), "poll")
    await eventually(is_connected, within=60, what="a connection")
    began = time.monotonic()
    await hass.async_stop(force=True)
    assert time.monotonic() - began < 8


async def test_debug_log_of_the_library_has_no_key(
    hass: HomeAssistant, device: TuyaDevice, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "tinytuya")
    entry = entry_of(hass, device)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    library = [r for r in caplog.records if r.name.startswith("tinytuya")]
    assert library  # It is the one that logs.
    assert not [r for r in library if KEY in r.getMessage()]
    # The library itself does log it.
    log = logging.getLogger("tinytuya.core.XenonDevice")
    log.debug("%r", tinytuya.Device(DEVICE_ID, "127.0.0.1", KEY, version=3.3))
    log.debug("local key is %s", KEY)
    log.debug("as bytes %r and as hex %s", KEY.encode(), KEY.encode().hex())
    tail = " ".join(r.getMessage() for r in caplog.records[-3:])
    assert KEY not in tail
    assert KEY.encode().hex() not in tail
    assert "127.0.0.1" in tail  # All else stays.
