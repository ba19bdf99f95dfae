"""An account in a Home Assistant, and pushes to it over HTTP."""

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import ClientResponse
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
)

from custom_components.jannenkoti.const import DOMAIN

if TYPE_CHECKING:
    from pathlib import Path

    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

UNIQUE_ID = "0123456789abcdef"
TOKEN = "t" * 43
SECRET = "made up"
OLD_SECRET = "made up before"
PATH = f"/api/jannenkoti/tlink/{TOKEN}"
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)

type Push = Callable[..., Awaitable[ClientResponse]]


def local(moment: datetime) -> str:
    """Return a time as the platform sends it."""
    return moment.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")


def reported(
    value: object = "15.0", at: datetime = NOW, sensor_id: object = 55001, **more: Any
) -> dict[str, Any]:
    """Return the fields of one sensor in a push."""
    return {
        "sensorsId": sensor_id,
        "sensorsTypeId": 1,
        "times": local(at).split()[1],
        "isAlarm": "0",
        "isLine": 1,
        "reVal": value,
        "value": value,
        **more,
    }


def payload(*sensors: object, at: datetime = NOW, **more: Any) -> dict[str, Any]:
    """Return a push."""
    return {
        "flag": "00",
        "deviceId": 4711,
        "deviceUserid": 902,
        "parentUserId": "310",
        "time": local(at),
        "sensorsDates": list(sensors) or [reported(at=at)],
        **more,
    }


def signature(body: bytes, secret: str = SECRET) -> str:
    """Return the signature of a body, calculated by the standard library alone."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def make_entry(options: dict[str, Any] | None = None, **data: Any) -> MockConfigEntry:
    """Return the entry of an account."""
    return MockConfigEntry(
        domain=DOMAIN,
        title="Tanks",
        unique_id=UNIQUE_ID,
        data={
            "kind": "tlink",
            "kind_version": 1,
            "push_token": TOKEN,
            "push_secret": SECRET,
            **data,
        },
        options=options or {},
        minor_version=99,
    )


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set an entry up."""
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()


def entity_id(hass: HomeAssistant, platform: str, key: str) -> str:
    """Find an entity by its unique id, for entity ids follow the language."""
    found = er.async_get(hass).async_get_entity_id(
        platform, DOMAIN, f"{UNIQUE_ID}_{key}"
    )
    assert found is not None, key
    return found


def state(
    hass: HomeAssistant, key: str = "sensor_55001_value", platform: str = "sensor"
) -> str:
    """Return a state."""
    found = hass.states.get(entity_id(hass, platform, key))
    assert found is not None
    return found.state


@pytest.fixture(autouse=True)
def own_folder(
    request: pytest.FixtureRequest, tmp_path: Path, freezer: FrozenDateTimeFactory
) -> None:
    """Keep journals in the test's own folder, and stop the clock."""
    freezer.move_to(NOW)
    if "hass" in request.fixturenames:
        request.getfixturevalue("hass").config.config_dir = str(tmp_path)


@pytest.fixture
async def http(hass: HomeAssistant) -> None:
    """Set up the routes, because none can be added after the first client."""
    for component in ("websocket_api", "config", "diagnostics"):
        assert await async_setup_component(hass, component, {})


@pytest.fixture
def options() -> dict[str, Any]:
    """Return the options of the account; tests override it."""
    return {}


@pytest.fixture
async def entry(
    hass: HomeAssistant, http: None, options: dict[str, Any]
) -> MockConfigEntry:
    """Return an account that is set up."""
    entry = make_entry(options, old_push_secret=OLD_SECRET)
    await set_up(hass, entry)
    return entry


@pytest.fixture
async def push(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_client_no_auth: ClientSessionGenerator,
) -> Push:
    """Return a function that pushes a payload or a body, signed by default."""
    client = await hass_client_no_auth()

    async def async_push(
        what: object = None, *, path: str = PATH, sign: str | None = None
    ) -> ClientResponse:
        what = payload() if what is None else what
        body = what if isinstance(what, bytes) else json.dumps(what).encode()
        offered = signature(body) if sign is None else sign
        headers = {"X-TLink-Signature": offered} if offered else {}
        response: ClientResponse = await client.post(path, data=body, headers=headers)
        await hass.async_block_till_done()
        return response

    return async_push
