"""Both doors of a receiver give the documented answers, whatever comes."""

import asyncio
import gzip
import json
import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from homeassistant.components.webhook import async_handle_webhook
from homeassistant.util.aiohttp import MockRequest

from .conftest import (
    API_KEY,
    API_PATH,
    WEBHOOK_ID,
    WEBHOOK_PATH,
    Post,
    Wait,
    make_entry,
    reading,
    set_up,
    state_of,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry
    from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

INVALID = (HTTPStatus.BAD_REQUEST, {"ok": False, "error": "invalid_payload"})
UNAUTHORIZED = (HTTPStatus.UNAUTHORIZED, {"ok": False, "error": "unauthorized"})


async def test_a_good_post_is_answered_with_what_was_received(post: Post) -> None:
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
async def test_firmware_that_was_not_changed_gets_in_by_its_key(
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
async def test_a_wrong_key_is_refused_and_counted(
    hass: HomeAssistant, post: Post, credentials: dict[str, Any]
) -> None:
    response = await post(reading(), API_PATH, **credentials)
    assert (response.status, await response.json()) == UNAUTHORIZED
    assert state_of(hass, "wrong_keys", None) == "1"
    assert not hass.states.async_entity_ids("persistent_notification")


async def test_trying_keys_does_not_keep_the_home_busy(
    hass: HomeAssistant, post: Post, wait: Wait
) -> None:
    for _ in range(20):
        await post(reading(), API_PATH)
    assert state_of(hass, "wrong_keys", None) == "1"
    await wait(1.1)
    assert state_of(hass, "wrong_keys", None) == "20"
    await wait(1.1)
    await post(reading(), API_PATH)
    assert state_of(hass, "wrong_keys", None) == "21"


async def test_a_key_finds_its_receiver(
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


async def test_a_receiver_that_is_unloaded_lets_nobody_in(
    hass: HomeAssistant, post: Post, entry: MockConfigEntry
) -> None:
    await hass.config_entries.async_unload(entry.entry_id)
    response = await post(reading(), API_PATH, headers={"X-API-Key": API_KEY})
    assert (response.status, await response.json()) == UNAUTHORIZED
    response = await post(reading())
    assert await response.read() == b""


async def test_unloading_while_a_body_is_on_its_way_is_said(
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
        b'{"location": "Makuuhuone", "temperature_c": NaN, "humidity_pct": 41}',
        b'{"location": "Makuuhuone", "temperature_c": "x", "humidity_pct": 41}',
        b'{"location": "\\ud800", "temperature_c": 22.6, "humidity_pct": 41}',
    ],
)
async def test_what_is_no_reading_is_refused(
    hass: HomeAssistant,
    post: Post,
    body: bytes,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await post(reading())
    response = await post(data=body)
    assert (response.status, await response.json()) == INVALID
    assert state_of(hass, "temperature") == "22.6"
    assert not [r for r in caplog.records if r.levelno >= logging.WARNING]


async def test_a_board_that_complains_is_quoted(
    hass: HomeAssistant, post: Post
) -> None:
    await post(reading())
    response = await post({"location": "Makuuhuone", "error": "DHT22: no answer"})
    assert response.status == HTTPStatus.BAD_REQUEST
    assert await response.json() == {
        "ok": False,
        "error": "device_error",
        "message": "DHT22: no answer",
    }
    assert state_of(hass, "rejected_readings") == "1"


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (reading(temperature=85), "implausible"),
        (reading(temperature=-127), "implausible"),
        (reading(temperature=45), "implausible"),
        (reading(humidity=120), "implausible"),
    ],
)
async def test_a_spike_is_refused_and_counted(
    hass: HomeAssistant, post: Post, said: dict[str, Any], error: str
) -> None:
    await post(reading())
    response = await post(said)
    assert response.status == HTTPStatus.BAD_REQUEST
    assert await response.json() == {"ok": False, "error": error}
    assert state_of(hass, "temperature") == "22.6"
    assert state_of(hass, "humidity") == "41.3"
    assert state_of(hass, "rejected_readings") == "1"


@pytest.mark.parametrize("options", [{"only_listed": True, "locations": ["WC"]}])
async def test_a_location_that_is_not_listed_is_refused(
    hass: HomeAssistant, post: Post
) -> None:
    assert (await post(reading("WC"))).status == HTTPStatus.OK
    count = len(hass.states.async_all())
    response = await post(reading("Sauna"))
    assert response.status == HTTPStatus.BAD_REQUEST
    assert await response.json() == {"ok": False, "error": "unknown_location"}
    assert len(hass.states.async_all()) == count


@pytest.mark.parametrize("path", [WEBHOOK_PATH, API_PATH])
async def test_a_body_without_end_is_not_read(post: Post, path: str) -> None:
    async def body() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 1000

    response = await post(path=path, data=body(), headers={"X-API-Key": API_KEY})
    assert response.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert await response.json() == {"ok": False, "error": "too_large"}


async def test_the_end_of_a_body_is_not_waited_for_for_ever(
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


async def test_a_body_that_unpacks_to_much_is_not_unpacked(post: Post) -> None:
    response = await post(
        data=gzip.compress(b" " * 10_000_000), headers={"Content-Encoding": "gzip"}
    )
    assert response.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


async def test_a_body_that_is_not_packed_as_it_says_is_refused(post: Post) -> None:
    response = await post(data=b"no gzip", headers={"Content-Encoding": "gzip"})
    assert response.status == HTTPStatus.BAD_REQUEST
    response = await post(
        data=gzip.compress(json.dumps(reading()).encode()),
        headers={"Content-Encoding": "gzip"},
    )
    assert response.status == HTTPStatus.OK


@pytest.mark.parametrize("options", [{"rate_limit": 7}])
async def test_who_posts_too_often_is_told_when_to_come_again(
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
async def test_who_is_on_the_allow_list_is_never_too_fast(post: Post) -> None:
    for _ in range(5):
        assert (await post(reading())).status == HTTPStatus.OK


async def test_the_raspberry_pi_is_understood(hass: HomeAssistant, post: Post) -> None:
    response = await post({"temperature": 23.1, "humidity": 38.0})
    assert (await response.json())["received"]["location"] == "default"
    assert state_of(hass, "temperature", "default") == "23.1"
    await post({"location": "Print room", "temperature": 24.0, "humidity": 30})
    assert state_of(hass, "humidity", "Print room") == "30.0"


@pytest.mark.parametrize("options", [{"default_location": "Rack"}])
async def test_the_raspberry_pi_has_a_place_of_its_own(
    hass: HomeAssistant, post: Post
) -> None:
    await post({"temperature": 23.1, "humidity": 38.0})
    assert state_of(hass, "temperature", "Rack") == "23.1"


@pytest.mark.parametrize(
    ("options", "remote", "status"),
    [
        ({}, "192.168.1.5", HTTPStatus.OK),
        ({}, "203.0.113.5", HTTPStatus.FORBIDDEN),
        ({}, "nobody", HTTPStatus.FORBIDDEN),
        ({}, None, HTTPStatus.FORBIDDEN),
        ({"local_only": False}, "203.0.113.5", HTTPStatus.OK),
        ({"local_only": False}, None, HTTPStatus.OK),
    ],
)
@pytest.mark.usefixtures("entry")
async def test_the_internet_is_let_in_only_by_an_option(
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
        r.getMessage() for r in caplog.records if r.levelno >= logging.INFO
    )


async def test_a_post_through_the_cloud_is_not_local(post: Post) -> None:
    with patch(
        "custom_components.jannenkoti.view.is_cloud_connection",
        return_value=True,
    ):
        response = await post(reading())
    assert response.status == HTTPStatus.FORBIDDEN


async def test_only_posts_are_taken(
    hass_client_no_auth: ClientSessionGenerator, post: Post
) -> None:
    await post(reading())
    client = await hass_client_no_auth()
    for path in (WEBHOOK_PATH, API_PATH):
        response = await client.get(path)
        assert response.status == HTTPStatus.METHOD_NOT_ALLOWED
