"""Both endpoints of a receiver give the documented responses to any request."""

import asyncio
import gzip
import json
import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from homeassistant.components.webhook import async_handle_webhook
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.setup import async_setup_component
from homeassistant.util.aiohttp import MockRequest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.kinds.room_sensors import view
from custom_components.jannenkoti.kinds.room_sensors.model import Rejected, RejectReason
from custom_components.jannenkoti.kinds.room_sensors.view import async_open_webhook

from .conftest import (
    API_KEY,
    API_PATH,
    WEBHOOK_ID,
    WEBHOOK_PATH,
    Post,
    make_entry,
    reading,
    set_up,
    state_of,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

    from ..waiting import Wait


@pytest.fixture
def own_ipv6() -> Iterator[None]:
    """Give Home Assistant a public IPv6 address."""
    adapters = [
        {
            "ipv6": [
                {"address": "2001:db8:1:2::1", "network_prefix": 64},
                {"address": "fe80::1", "network_prefix": 64},
            ]
        }
    ]
    with patch(
        "custom_components.jannenkoti.view.network.async_get_loaded_adapters",
        return_value=adapters,
    ):
        yield


INVALID = (HTTPStatus.BAD_REQUEST, {"ok": False, "error": "invalid_payload"})
UNAVAILABLE = (
    HTTPStatus.SERVICE_UNAVAILABLE,
    {"ok": False, "error": "backend_unavailable"},
)
UNAUTHORIZED = (HTTPStatus.UNAUTHORIZED, {"ok": False, "error": "unauthorized"})


async def test_accepted_report_is_answered_with_its_values(post: Post) -> None:
    response = await post(reading("WC", 21.9, 55.0))
    assert response.status == HTTPStatus.OK
    assert await response.json() == {
        "ok": True,
        "received": {"location": "WC", "temp": 21.9, "hum": 55.0},
    }


@pytest.mark.parametrize(
    "credentials",
    [
        {"headers": {"Authorization": f"Bearer {API_KEY}"}},
        {"headers": {"X-API-Key": API_KEY}},
        {"params": {"api_key": API_KEY}},
    ],
)
async def test_api_key_is_accepted_in_headers_and_query(
    hass: HomeAssistant, post: Post, credentials: dict[str, Any]
) -> None:
    response = await post(reading(), API_PATH, **credentials)
    assert response.status == HTTPStatus.OK
    assert (await response.json())["ok"] is True
    assert state_of(hass, "temperature") == "22.6"


@pytest.mark.parametrize(
    "credentials",
    [
        {},
        {"headers": {"Authorization": "Bearer wrong"}},
        {"headers": {"Authorization": "Basic wrong"}},
        {"headers": {"X-API-Key": f"{API_KEY}x"}},
        {"headers": {"X-API-Key": API_KEY[:-1]}},
        {"params": {"api_key": "ää"}},
    ],
)
async def test_wrong_key_returns_401_and_is_counted(
    hass: HomeAssistant, post: Post, credentials: dict[str, Any]
) -> None:
    response = await post(reading(), API_PATH, **credentials)
    assert (response.status, await response.json()) == UNAUTHORIZED
    assert state_of(hass, "wrong_keys", None) == "1"
    assert not hass.states.async_entity_ids("persistent_notification")


async def test_wrong_keys_are_written_once_a_minute(
    hass: HomeAssistant, post: Post, wait: Wait
) -> None:
    for _ in range(20):
        await post(reading(), API_PATH)
    assert state_of(hass, "wrong_keys", None) == "1"
    await wait(59)
    assert state_of(hass, "wrong_keys", None) == "1"
    await wait(1.1)
    assert state_of(hass, "wrong_keys", None) == "20"
    await wait(61)
    await post(reading(), API_PATH)
    assert state_of(hass, "wrong_keys", None) == "21"


async def test_key_selects_the_receiver(
    hass: HomeAssistant, post: Post, entry: MockConfigEntry
) -> None:
    other = make_entry(
        unique_id="f" * 16, webhook_id="v" * 64, api_key="sk_ffffffffffffffff_other"
    )
    await set_up(hass, other)
    await post(reading("WC"), API_PATH, headers={"X-API-Key": API_KEY})
    await post(reading("Sauna"), API_PATH, params={"api_key": other.data["api_key"]})
    assert list(entry.runtime_data.boards) == ["WC"]
    assert list(other.runtime_data.boards) == ["Sauna"]
    await post(reading("WC"), API_PATH)
    assert state_of(hass, "wrong_keys", None) == "1"
    assert state_of(hass, "wrong_keys", None, other.unique_id or "") == "1"


async def test_unloaded_receiver_returns_503(
    hass: HomeAssistant, post: Post, entry: MockConfigEntry
) -> None:
    await hass.config_entries.async_unload(entry.entry_id)
    for path in (API_PATH, WEBHOOK_PATH):
        response = await post(reading(), path, headers={"X-API-Key": API_KEY})
        assert (response.status, await response.json()) == UNAVAILABLE
        assert response.headers["Retry-After"] == "10"
    response = await post(reading(), API_PATH)
    assert (response.status, await response.json()) == UNAUTHORIZED


async def test_reload_during_a_request_accepts_it_in_the_new_run(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    entry: MockConfigEntry,
    hass_storage: dict[str, Any],
) -> None:
    client = await hass_client_no_auth()
    reloaded = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield b'{"location": "WC", '
        await reloaded.wait()
        yield b'"temperature_c": 21, "humidity_pct": 40}'

    before = entry.runtime_data
    task = asyncio.create_task(client.post(WEBHOOK_PATH, data=body()))
    await asyncio.sleep(0.1)
    await hass.config_entries.async_reload(entry.entry_id)
    reloaded.set()
    response = await task
    assert response.status == HTTPStatus.OK
    assert not before.boards
    assert state_of(hass, "temperature", "WC") == "21.0"
    await hass.config_entries.async_unload(entry.entry_id)
    saved = hass_storage[f"{DOMAIN}.{entry.entry_id}"]["data"]
    assert list(saved["boards"]) == ["WC"]


@pytest.mark.usefixtures("http")
async def test_webhook_of_an_entry_that_is_not_set_up_yet_returns_503(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """Home Assistant would respond with 200, which the board takes as accepted."""
    entry = make_entry()
    entry.add_to_hass(hass)
    assert await async_setup_component(hass, "webhook", {})
    async_open_webhook(hass, entry)
    client = await hass_client_no_auth()
    response = await client.post(WEBHOOK_PATH, json=reading())
    assert (response.status, await response.json()) == UNAVAILABLE


async def test_removed_entry_closes_its_webhook(
    hass: HomeAssistant, post: Post, entry: MockConfigEntry
) -> None:
    await hass.config_entries.async_remove(entry.entry_id)
    assert WEBHOOK_ID not in hass.data["webhook"]


async def test_new_credentials_replace_the_webhook(
    hass: HomeAssistant, post: Post, entry: MockConfigEntry
) -> None:
    data = {**entry.data, "webhook_id": "v" * 64}
    hass.config_entries.async_update_entry(entry, data=data)
    await hass.config_entries.async_reload(entry.entry_id)
    assert WEBHOOK_ID not in hass.data["webhook"]
    assert (await post(reading(), f"/api/webhook/{'v' * 64}")).status == HTTPStatus.OK


async def test_unload_during_a_request_returns_503(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    entry: MockConfigEntry,
) -> None:
    client = await hass_client_no_auth()
    unloaded = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield b'{"location": "WC", '
        await unloaded.wait()
        yield b'"temperature_c": 21, "humidity_pct": 40}'

    task = asyncio.create_task(client.post(WEBHOOK_PATH, data=body()))
    await asyncio.sleep(0.1)
    await hass.config_entries.async_unload(entry.entry_id)
    unloaded.set()
    response = await task
    assert response.status == HTTPStatus.SERVICE_UNAVAILABLE
    assert await response.json() == {"ok": False, "error": "backend_unavailable"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00",
        b"[" * 4000,
        b"{}",
        b'{"location": "Makuuhuone", "temperature_c": 22.6}',
        b'{"location": "Makuuhuone", "temperature_c": NaN, "humidity_pct": nan}',
        b'{"location": "Makuuhuone", "temperature_c": "x", "humidity_pct": null}',
        b'{"location": "\\ud800", "temperature_c": 22.6, "humidity_pct": 41}',
    ],
)
async def test_unusable_body_returns_400_and_changes_nothing(
    hass: HomeAssistant,
    post: Post,
    body: bytes,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await post(reading())
    response = await post(data=body)
    assert (response.status, await response.json()) == INVALID
    assert state_of(hass, "temperature") == "22.6"
    # asyncio warns of slow callbacks on a busy machine.
    logged = [r for r in caplog.records if r.name != "asyncio"]
    assert not [r for r in logged if r.levelno >= logging.WARNING]


async def test_error_of_a_board_is_returned(hass: HomeAssistant, post: Post) -> None:
    await post(reading())
    response = await post({"location": "Makuuhuone", "error": "DHT22: no answer"})
    assert response.status == HTTPStatus.BAD_REQUEST
    assert await response.json() == {
        "ok": False,
        "error": "device_error",
        "message": "DHT22: no answer",
    }
    assert state_of(hass, "rejected_reports") == "1"


@pytest.mark.parametrize("temperature", [85, -127, 45, "21 hands", "nan"])
async def test_humidity_of_a_report_without_usable_temperature_is_accepted(
    hass: HomeAssistant,
    post: Post,
    caplog: pytest.LogCaptureFixture,
    temperature: float | str,
) -> None:
    await post(reading())
    for humidity in (42.0, 43.0):
        said = reading(temperature=temperature, humidity=humidity)
        response = await post(said)
        assert response.status == HTTPStatus.OK
        received = {"location": "Makuuhuone", "temp": None, "hum": humidity}
        assert await response.json() == {"ok": True, "received": received}
    assert state_of(hass, "temperature") == "22.6"
    assert state_of(hass, "humidity") == "43.0"
    assert state_of(hass, "rejected_reports") == "2"
    assert caplog.text.count("The temperature of the board Makuuhuone is left out") == 1
    await post(reading())
    assert "All values of the board Makuuhuone are accepted again" in caplog.text


async def test_report_without_plausible_value_returns_400_and_is_counted(
    hass: HomeAssistant, post: Post
) -> None:
    await post(reading())
    response = await post(reading(temperature=85, humidity="nan"))
    assert response.status == HTTPStatus.BAD_REQUEST
    assert await response.json() == {"ok": False, "error": "implausible"}
    assert state_of(hass, "temperature") == "22.6"
    assert state_of(hass, "humidity") == "41.3"
    assert state_of(hass, "rejected_reports") == "1"


@pytest.mark.parametrize("options", [{"only_listed": True, "locations": ["WC"]}])
async def test_unlisted_location_returns_400(hass: HomeAssistant, post: Post) -> None:
    assert (await post(reading("WC"))).status == HTTPStatus.OK
    count = len(hass.states.async_all())
    response = await post(reading("Sauna"))
    assert response.status == HTTPStatus.BAD_REQUEST
    assert await response.json() == {"ok": False, "error": "unknown_location"}
    assert len(hass.states.async_all()) == count


@pytest.mark.parametrize("path", [WEBHOOK_PATH, API_PATH])
async def test_endless_body_returns_413(post: Post, path: str) -> None:
    async def body() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 1000

    response = await post(path=path, data=body(), headers={"X-API-Key": API_KEY})
    assert response.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert await response.json() == {"ok": False, "error": "too_large"}


async def test_incomplete_body_returns_400_after_the_timeout(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.jannenkoti.view._LONGEST_WAIT", 0)
    answered = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield b"{"
        await answered.wait()

    response = await post(data=body())
    answered.set()
    assert response.status == HTTPStatus.BAD_REQUEST
    assert (await response.json())["error"] == "invalid_payload"


async def test_large_compressed_body_returns_413(post: Post) -> None:
    response = await post(
        data=gzip.compress(b" " * 10_000_000), headers={"Content-Encoding": "gzip"}
    )
    assert response.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


async def test_wrong_content_encoding_returns_400(post: Post) -> None:
    response = await post(data=b"no gzip", headers={"Content-Encoding": "gzip"})
    assert response.status == HTTPStatus.BAD_REQUEST
    response = await post(
        data=gzip.compress(json.dumps(reading()).encode()),
        headers={"Content-Encoding": "gzip"},
    )
    assert response.status == HTTPStatus.OK


@pytest.mark.parametrize("options", [{"rate_limit": 7}])
async def test_too_many_reports_return_429_with_retry_after(
    hass: HomeAssistant, post: Post, wait: Wait
) -> None:
    for _ in range(7):
        assert (await post(reading())).status == HTTPStatus.OK
    response = await post(reading(temperature=23))
    assert response.status == HTTPStatus.TOO_MANY_REQUESTS
    assert await response.json() == {"ok": False, "error": "rate_limited"}
    assert response.headers["Retry-After"] == "9"
    assert state_of(hass, "temperature") == "22.6"
    await wait(9)
    assert (await post(reading(temperature=23))).status == HTTPStatus.OK
    assert state_of(hass, "temperature") == "23.0"


@pytest.mark.parametrize("options", [{"rate_limit": 1, "allowed": ["127.0.0.*"]}])
async def test_allow_list_has_no_rate_limit(post: Post) -> None:
    for _ in range(5):
        assert (await post(reading())).status == HTTPStatus.OK


async def test_report_without_location_gets_the_default_location(
    hass: HomeAssistant, post: Post
) -> None:
    response = await post({"temperature": 23.1, "humidity": 38.0})
    assert (await response.json())["received"]["location"] == "default"
    assert state_of(hass, "temperature", "default") == "23.1"
    await post({"location": "Print room", "temperature": 24.0, "humidity": 30})
    assert state_of(hass, "humidity", "Print room") == "30.0"


@pytest.mark.parametrize("options", [{"default_location": "Rack"}])
async def test_default_location_is_an_option(hass: HomeAssistant, post: Post) -> None:
    await post({"temperature": 23.1, "humidity": 38.0})
    assert state_of(hass, "temperature", "Rack") == "23.1"


@pytest.mark.parametrize(
    ("options", "remote", "status"),
    [
        ({}, "192.168.1.5", HTTPStatus.OK),
        ({}, "203.0.113.5", HTTPStatus.FORBIDDEN),
        ({}, "unknown", HTTPStatus.FORBIDDEN),
        ({}, None, HTTPStatus.FORBIDDEN),
        ({}, "", HTTPStatus.OK),
        ({}, "2001:db8:1:2::77", HTTPStatus.OK),
        ({}, "2001:db8:1:3::77", HTTPStatus.FORBIDDEN),
        ({"local_only": False}, "203.0.113.5", HTTPStatus.OK),
        ({"local_only": False}, None, HTTPStatus.OK),
    ],
)
@pytest.mark.usefixtures("entry", "own_ipv6")
async def test_remote_address_returns_403_unless_allowed(
    hass: HomeAssistant,
    remote: str | None,
    status: HTTPStatus,
    caplog: pytest.LogCaptureFixture,
) -> None:
    request = MockRequest(
        json.dumps(reading()).encode(), "test", method="POST", remote=remote
    )
    response = await async_handle_webhook(hass, WEBHOOK_ID, request)
    await hass.async_block_till_done()
    assert response.status == status
    if status is HTTPStatus.FORBIDDEN:
        assert response.body == b'{"ok":false,"error":"not_local"}'
    assert WEBHOOK_ID not in "".join(
        r.getMessage()
        for r in caplog.records
        if r.levelno >= logging.INFO and r.name != "asyncio"
    )


async def test_report_through_the_cloud_returns_403(post: Post) -> None:
    with patch(
        "custom_components.jannenkoti.view.is_cloud_connection",
        return_value=True,
    ):
        response = await post(reading())
    assert response.status == HTTPStatus.FORBIDDEN


async def test_other_methods_return_405_and_do_not_log_the_webhook(
    hass: HomeAssistant,
    hass_client_no_auth: ClientSessionGenerator,
    post: Post,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await post(reading())
    client = await hass_client_no_auth()
    for path in (WEBHOOK_PATH, API_PATH):
        for method in ("GET", "PUT", "DELETE", "PATCH"):
            response = await client.request(method, path, json=reading())
            assert response.status == HTTPStatus.METHOD_NOT_ALLOWED
    logged = [
        r.getMessage()
        for r in caplog.records
        if r.levelno >= logging.INFO and r.name not in {"aiohttp.access", "asyncio"}
    ]
    assert WEBHOOK_ID not in "".join(logged)
    assert state_of(hass, "temperature") == "22.6"


@pytest.mark.parametrize(
    ("fields", "received", "states"),
    [
        (
            '"temperature_c": nan, "humidity_pct": 55',
            {"temp": None, "hum": 55.0},
            ("22.6", "55.0"),
        ),
        (
            '"temperature_c": 23, "humidity_pct": 999',
            {"temp": 23.0, "hum": None},
            ("23.0", "41.3"),
        ),
        (
            '"temperature_c": "23,4 \u2103", "humidity_pct": "58,2 %"',
            {"temp": 23.4, "hum": 58.2},
            ("23.4", "58.2"),
        ),
    ],
)
async def test_unreadable_value_keeps_its_neighbor(
    hass: HomeAssistant,
    post: Post,
    fields: str,
    received: dict[str, float | None],
    states: tuple[str, str],
) -> None:
    await post(reading())
    body = f'{{"location": "Makuuhuone", {fields}}}\0'
    response = await post(data=body.encode())
    assert response.status == HTTPStatus.OK
    assert (await response.json())["received"] == {
        "location": "Makuuhuone",
        **received,
    }
    assert (state_of(hass, "temperature"), state_of(hass, "humidity")) == states


async def test_unit_that_is_not_understood_returns_400(
    hass: HomeAssistant, post: Post
) -> None:
    await post(reading())
    response = await post({**reading(humidity="nan"), "unit": "Grad"})
    assert response.status == HTTPStatus.BAD_REQUEST
    assert (await response.json())["error"] == "unit_not_understood"
    assert state_of(hass, "rejected_reports") == "1"


async def test_log_says_that_the_unit_of_a_temperature_is_not_understood(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    await post(reading())
    for _ in range(2):
        response = await post({**reading(), "unit": "Grad"})
        assert response.status == HTTPStatus.OK
    assert caplog.text.count("its unit is not understood") == 1
    await post(reading())
    assert "are accepted again" in caplog.text


async def test_disabled_receiver_and_other_families_have_no_webhook(
    hass: HomeAssistant, http: None
) -> None:
    del http  # It has to be there.
    disabled = make_entry({})
    object.__setattr__(disabled, "disabled_by", ConfigEntryDisabler.USER)
    other = MockConfigEntry(domain=DOMAIN, data={"kind": "presence"}, minor_version=99)
    for entry in (disabled, other):
        entry.add_to_hass(hass)
    with patch.object(view, "async_open_webhook") as opened:
        view.async_open_endpoints(hass)
    assert not opened.called


async def test_closed_receiver_rejects_reports_and_deletes_boards_it_never_showed(
    hass: HomeAssistant, entry: MockConfigEntry, post: Post
) -> None:
    await post(reading())
    receiver = entry.runtime_data
    board = receiver.boards.pop("Makuuhuone")
    board.async_stop()
    receiver.receiver.set_silent("Makuuhuone")
    assert receiver.async_delete("Makuuhuone")
    assert list(receiver.receiver) == []
    await receiver.async_close()
    with pytest.raises(Rejected) as rejected:
        receiver.async_receive(b"{}", "192.168.1.5")
    assert rejected.value.reason is RejectReason.BACKEND_UNAVAILABLE
