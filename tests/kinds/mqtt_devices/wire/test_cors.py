"""Tests of apps in a browser, whose page has another origin (CORS)."""

from typing import TYPE_CHECKING

import pytest
from homeassistant.setup import async_setup_component

from ..conftest import BASE, make_entry, set_up

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.typing import (
        ClientSessionGenerator,
        MqttMockHAClient,
    )

OURS, OTHER = "https://app.example.com", "https://evil.example.com"


@pytest.fixture
async def http(hass: HomeAssistant) -> None:
    """Let Home Assistant allow an origin, before anything else needs HTTP."""
    config = {"http": {"cors_allowed_origins": [OURS]}}
    assert await async_setup_component(hass, "http", config)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
@pytest.mark.parametrize(("origin", "allowed"), [(OURS, OURS), (OTHER, None)])
async def test_browser_may_use_the_interface_from_an_allowed_origin(
    *,
    hass: HomeAssistant,
    http: None,
    mqtt_mock: MqttMockHAClient,
    hass_client_no_auth: ClientSessionGenerator,
    method: str,
    origin: str,
    allowed: str | None,
) -> None:
    await set_up(hass, make_entry())
    client = await hass_client_no_auth()
    response = await client.options(
        f"{BASE}/dispositivos",
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "content-type",
        },
    )
    assert response.headers.get("Access-Control-Allow-Origin") == allowed
    response = await client.get(f"{BASE}/dispositivos", headers={"Origin": origin})
    assert response.headers.get("Access-Control-Allow-Origin") == allowed
