"""The programs of examples/, each in its own process, with Home Assistant's doors."""

import asyncio
import json
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_mqtt_message,
)
from yarl import URL

from custom_components.jannenkoti.const import DOMAIN

from .kinds.mqtt_devices import conftest as mqtt_devices
from .kinds.room_sensors import conftest as room_sensors
from .kinds.tlink import conftest as tlink
from .one_of_each import ENTRIES

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator

    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.typing import (
        ClientSessionGenerator,
        MqttMockHAClient,
    )

pytestmark = pytest.mark.usefixtures("socket_enabled")

EXAMPLES = Path(__file__).parents[1] / "examples"
LIMIT = 60

# What a board with MicroPython has. Its sensor fails the first time.
BOARD = {
    "config": """
SSID, PASSWORD = "made up", "made up"
URL = {url!r}
API_KEY = {key!r}
LOCATION = "Bedroom"
PIN, INTERVAL = 4, 0
""",
    "machine": "Pin = int\n",
    "network": """
STA_IF = 0
class WLAN:
    def __init__(self, interface): self.connected = False
    def active(self, on): pass
    def isconnected(self): return self.connected
    def connect(self, ssid, password): self.connected = True
""",
    "dht": """
class DHT22:
    works = False
    def __init__(self, pin): pass
    def measure(self):
        if not self.works:
            self.works = True
            raise OSError("checksum")
    def temperature(self): return 22.6
    def humidity(self): return 41.3
""",
    "requests": """
import json as j, urllib.error, urllib.request
class Response:
    def __init__(self, answer):
        self.status_code, self.text = answer.status, answer.read().decode()
    def close(self): pass
def post(url, json, headers, timeout):
    request = urllib.request.Request(url, j.dumps(json).encode(), headers)
    try:
        return Response(urllib.request.urlopen(request, timeout=timeout))
    except urllib.error.HTTPError as err:
        return Response(err)
""",
}


@asynccontextmanager
async def started(
    *command: object, text: str | None = None, **environment: str
) -> AsyncIterator[Process]:
    """Run an example; end it if it does not end itself."""
    process = await asyncio.create_subprocess_exec(
        *map(str, command),
        env={"PATH": "/usr/bin:/bin", "PYTHONUNBUFFERED": "1", **environment},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    process.stdin.write((text or "").encode())
    process.stdin.close()
    try:
        async with asyncio.timeout(LIMIT):
            yield process
    finally:
        # Not by SIGINT: what runs in the background, as CI may, ignores it.
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def run(
    *command: object, text: str | None = None, **environment: str
) -> tuple[int | None, str]:
    """Run an example to its end; return its exit code and all that it printed."""
    async with started(*command, text=text, **environment) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        printed = (await process.stdout.read() + await process.stderr.read()).decode()
        await process.wait()
    return process.returncode, printed


async def line(process: Process) -> str:
    """Return the next line that an example prints."""
    assert process.stdout is not None
    found = (await process.stdout.readline()).decode()
    assert found, "it ended"
    return found.rstrip("\n")


def python(name: str) -> tuple[str, Path]:
    return sys.executable, EXAMPLES / name


@pytest.fixture
async def server(hass: HomeAssistant) -> None:
    """Set up HTTP components; no routes can be added after the first client."""
    for component in ("api", "websocket_api", "config", "diagnostics"):
        assert await async_setup_component(hass, component, {})


async def base_of(client: ClientSessionGenerator) -> URL:
    """Return the address of Home Assistant."""
    served = await client()
    return URL(str(served.make_url("/")))


@pytest.fixture
async def receiver(
    hass: HomeAssistant, server: None, hass_client_no_auth: ClientSessionGenerator
) -> URL:
    """Set a receiver up and return the address of Home Assistant."""
    await room_sensors.set_up(hass, room_sensors.make_entry())
    return await base_of(hass_client_no_auth)


async def test_board_reports_readings_and_a_broken_sensor(
    hass: HomeAssistant, receiver: URL, tmp_path: Path
) -> None:
    values = {
        "url": str(receiver.with_path(room_sensors.API_PATH)),
        "key": room_sensors.API_KEY,
    }
    for name, source in BOARD.items():
        text = source.format(**values) if name == "config" else source
        (tmp_path / f"{name}.py").write_text(text)
    program = python("esp32_room_sensor/main.py")
    async with started(*program, PYTHONPATH=str(tmp_path)) as board:
        assert "device_error" in await line(board)
        status, _, answer = (await line(board)).partition(" ")
    assert status == "200"
    assert json.loads(answer)["received"] == {
        "location": "Bedroom",
        "temp": 22.6,
        "hum": 41.3,
    }
    await hass.async_block_till_done()
    assert room_sensors.state_of(hass, "temperature", "Bedroom") == "22.6"


@pytest.mark.parametrize(
    ("key", "code", "expected"),
    [(room_sensors.API_KEY, 0, '"ok":true'), ("sk_wrong", 22, "unauthorized")],
    ids=["right key", "wrong key"],
)
async def test_curl_reports_a_reading(
    receiver: URL, key: str, code: int, expected: str
) -> None:
    url = str(receiver.with_path(room_sensors.API_PATH))
    command = EXAMPLES / "room_sensor.sh", "Bedroom", "22.6", "41.3"
    ended, printed = await run(*command, URL=url, API_KEY=key)
    assert (ended, expected in printed) == (code, True), printed


async def test_raspberry_pi_reports_each_line(
    hass: HomeAssistant, receiver: URL
) -> None:
    webhook = str(receiver.with_path(room_sensors.WEBHOOK_PATH))
    ended, printed = await run(
        *python("raspberry_pi.py"), text="22.6 41.3\n22.7 41.0\n", WEBHOOK=webhook
    )
    assert (ended, printed.count('"ok":true')) == (0, 2), printed
    await hass.async_block_till_done()
    assert room_sensors.state_of(hass, "temperature", "default") == "22.7"


@pytest.mark.parametrize("expected_lingering_timers", [True])  # Of the WebSocket.
async def test_thermostat_is_set_and_shown(
    hass: HomeAssistant,
    server: None,
    hass_client: ClientSessionGenerator,
    hass_access_token: str,
    *,
    expected_lingering_timers: bool,
) -> None:
    hass.states.async_set("switch.unit", "off")
    hass.states.async_set("sensor.room", "24", {"unit_of_measurement": "°C"})
    more = {"kind": "air_conditioner", "kind_version": 1}
    entry = MockConfigEntry(
        domain=DOMAIN,
        data={**ENTRIES["air_conditioner"]["data"], **more},
        options=ENTRIES["air_conditioner"]["options"],
        minor_version=99,
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    found = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    climate = next(e.entity_id for e in found if e.domain == "climate")
    home = str(await base_of(hass_client)).rstrip("/")
    program = *python("thermostat.py"), climate, "23.5"
    async with started(*program, HA_URL=home, HA_TOKEN=hass_access_token) as shown:
        event = json.loads(await line(shown))
        assert event["a"][climate]["a"]["temperature"] == 23.5
    ended, printed = await run(*program, HA_URL=home, HA_TOKEN="wrong")
    assert (ended, "Invalid" in printed) == (1, True), printed
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("expected_lingering_timers", [True])  # Of the MQTT client.
async def test_devices_are_claimed_changed_and_shown(
    hass: HomeAssistant,
    server: None,
    mqtt_mock: MqttMockHAClient,
    hass_client_no_auth: ClientSessionGenerator,
    *,
    expected_lingering_timers: bool,
) -> None:
    await mqtt_devices.set_up(hass, mqtt_devices.make_entry())
    url = await base_of(hass_client_no_auth)
    program = python("device_stream.py")
    base = {"BASE": str(url.with_path(mqtt_devices.BASE))}

    def publish(**fields: Any) -> None:
        message = {"serial_number": mqtt_devices.VALVE, "estado": "inactivo", **fields}
        async_fire_mqtt_message(hass, mqtt_devices.TOPIC, json.dumps(message))

    async with started(*program, **base) as app:
        assert await line(app) == "hello {}"
        publish()
        name, _, update = (await line(app)).partition(" ")
        device = json.loads(update)
        assert name in {"message", "device_update"}
        assert (device["serial_number"], device["reclamado"]) == (
            mqtt_devices.VALVE,
            False,
        )

        claim = {"serial_number": mqtt_devices.VALVE, "nombre": "Patio ñ"}
        ended, printed = await run(*program, "claim", json.dumps(claim), **base)
        assert (ended, printed[:3]) == (0, "200"), printed
        assert json.loads((await line(app)).partition(" ")[2])["nombre"] == "Patio ñ"

        await hass.async_block_till_done(wait_background_tasks=True)
        change = json.dumps({"configuracion": {"encendido": True, "modo": "manual"}})
        ended, printed = await run(*program, "put", device["id"], change, **base)
        assert (ended, printed[:3]) == (0, "200"), printed
        while "encendido" not in (shown := await line(app)):
            assert shown
        configuration = json.loads(shown.partition(" ")[2])["configuracion"]
        assert configuration["encendido"] is True


async def test_tlink_push_is_relayed_and_read(
    hass: HomeAssistant,
    server: None,
    tmp_path: Path,
    hass_client: ClientSessionGenerator,
    hass_access_token: str,
) -> None:
    hass.config.config_dir = str(tmp_path)
    await tlink.set_up(hass, tlink.make_entry())
    url = await base_of(hass_client)
    push_url = str(url.with_path(tlink.PATH))
    body = json.dumps(tlink.payload())
    relay, client = python("tlink_relay.py"), python("tlink_client.py")

    ended, printed = await run(
        *relay, text=body, PUSH_URL=push_url, SECRET=tlink.SECRET
    )
    assert (ended, '"storedReadings"' in printed) == (0, True), printed
    ended, printed = await run(*relay, text=body, PUSH_URL=push_url, SECRET="wrong")
    assert (ended, printed[:3]) == (1, "401"), printed
    await hass.async_block_till_done()

    login = {"HA_URL": str(url).rstrip("/"), "HA_TOKEN": hass_access_token}
    ended, printed = await run(*client, "tlink_devices", **login)
    assert ended == 0, printed
    assert [d["deviceId"] for d in json.loads(printed)["devices"]] == [4711]
    fields = json.dumps({"sensor_id": 55001, "limit": 50})
    ended, printed = await run(*client, "tlink_history", fields, **login)
    assert (ended, '"15.0"' in printed) == (0, True), printed
    login["HA_TOKEN"] = "wrong"
    ended, printed = await run(*client, "tlink_devices", **login)
    assert (ended, printed[:3]) == (1, "401"), printed
