"""A home with one entry of every family, and the users who attack it."""

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.auth.const import GROUP_ID_ADMIN, GROUP_ID_READ_ONLY, GROUP_ID_USER
from homeassistant.auth.models import Credentials
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import (
    CLIENT_ID,
    MockUser,
    async_mock_service,
)

from tests.one_of_each import ENTRIES, async_set_up, quiet

from .doors import Home

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from homeassistant.core import HomeAssistant

    type TokenOf = Callable[[MockUser], Awaitable[str]]

USERS = ("administrator", "user", "read-only", "one entity", "none")
GROUPS = {
    "administrator": GROUP_ID_ADMIN,
    "user": GROUP_ID_USER,
    "read-only": GROUP_ID_READ_ONLY,
}


@pytest.fixture(autouse=True)
def expected_lingering_timers() -> bool:
    """Let Home Assistant's own HTTP server and image proxies have their timers."""
    return True


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Write to a folder of this test alone."""
    return hass_tmp_config_dir


@pytest.fixture
def hass_storage() -> dict[str, Any]:
    """Let Home Assistant use the disk: the harness's mock keeps stores alive."""
    return {}


@pytest.fixture
def _no_network() -> Iterator[None]:
    """Let no family open a connection for as long as the test runs."""
    with ExitStack() as stack:
        for kind in ENTRIES:
            stack.enter_context(quiet(kind))
        yield


@pytest.fixture
async def home(hass: HomeAssistant, _no_network: None) -> Home:
    """Return a home with one entry of every family."""
    for component in ("http", "api", "websocket_api", "webhook"):
        assert await async_setup_component(hass, component, {})
    for action in ("turn_on", "turn_off"):
        async_mock_service(hass, "switch", action)
    entries = {kind: await async_set_up(hass, kind) for kind in ENTRIES}
    return Home(hass=hass, entries=entries)


@pytest.fixture
async def users(hass: HomeAssistant) -> dict[str, MockUser]:
    """Return a user of each sort; *one entity* is allowed nothing of ours."""
    found: dict[str, MockUser] = {}
    for name in USERS:
        group = (
            await hass.auth.async_get_group(GROUPS[name]) if name in GROUPS else None
        )
        user = MockUser(name=name, groups=[group] if group else [])
        found[name] = user.add_to_hass(hass)
    found["one entity"].mock_policy({"entities": {"entity_ids": {"light.hall": True}}})
    return found


@pytest.fixture
def token_of(hass: HomeAssistant) -> TokenOf:
    """Return what makes an access token for a user."""

    async def async_token_of(user: MockUser) -> str:
        credential = Credentials(
            id=f"credential of {user.name}",
            auth_provider_type="homeassistant",
            auth_provider_id=None,
            data={"username": user.name},
            is_new=False,
        )
        user.credentials.append(credential)
        refresh = await hass.auth.async_create_refresh_token(
            user, CLIENT_ID, credential=credential
        )
        return hass.auth.async_create_access_token(refresh)

    return async_token_of
