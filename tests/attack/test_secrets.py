"""No secret of an entry leaves it: not in logs, states, repairs or diagnostics."""

import json
import logging
import re
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.helpers import issue_registry as ir

from custom_components.jannenkoti.diagnostics import (
    async_get_config_entry_diagnostics,
)
from custom_components.jannenkoti.registry import (
    KINDS,
    async_get_kind,
    async_import_from_kind,
)
from tests.one_of_each import ENTRIES

from ..source import INTEGRATION
from . import hostile
from .test_hostile_input import METHODS, all_paths, keys, request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry
    from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

    from .doors import Home

# Secrets of one letter, as one entry of the tests has them, stand in every text.
SHORTEST = 6
LOOPBACK = "127.0.0.1"  # also the address of the client
OURS = "custom_components.jannenkoti"


async def secrets_of(hass: HomeAssistant, entry: MockConfigEntry) -> set[str]:
    """Return the values that the family declares secret."""
    kind = await async_get_kind(hass, entry)
    found: set[str] = set()
    for name, value in _leaves({**entry.data, **entry.options}):
        if name in kind.secrets and len(str(value)) >= SHORTEST:
            found.add(str(value))
    return found - {LOOPBACK}


def _leaves(tree: Any, name: str = "") -> Iterator[tuple[str, object]]:
    """Yield every value of nested data with its key."""
    if isinstance(tree, dict) or hasattr(tree, "items"):
        for key, value in tree.items():
            yield from _leaves(value, key)
    else:
        yield name, tree


async def use_every_door(home: Home, client: Any) -> None:
    """Send good and bad requests to every door, with every method."""
    for path in await all_paths(home):
        for method in METHODS:
            for headers in ({}, keys(home)):
                await request(client, method, path, headers=headers)
        for body in (b"{", b"{}", *hostile.bodies().values()):
            await request(client, "POST", path, data=body, headers=keys(home))


def leaks(records: list[logging.LogRecord], secrets: set[str]) -> list[str]:
    """Return the messages of the integration, and all warnings, that have a secret.

    Debug messages of Home Assistant itself are its own: they carry every path.
    """
    texts = [
        f"{record.name}: {record.getMessage()} {record.exc_text or ''}"
        for record in records
        if record.name.startswith(OURS)
        or (
            record.levelno >= logging.WARNING
            and not record.name.startswith(("aiohttp", "asyncio"))
        )
    ]
    return [text for text in texts if any(secret in text for secret in secrets)]


async def test_no_secret_appears_in_log_states_or_repairs(
    home: Home,
    hass_client_no_auth: ClientSessionGenerator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Requests of every sort and a reload, with debug logging enabled."""
    caplog.set_level(logging.DEBUG)
    hass = home.hass
    secrets: set[str] = set()
    for entry in home.entries.values():
        secrets |= await secrets_of(hass, entry)
    assert secrets
    await use_every_door(home, await hass_client_no_auth())
    for entry in home.entries.values():
        assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert not leaks(caplog.records, secrets)
    states = json.dumps([s.as_dict() for s in hass.states.async_all()], default=str)
    issues = str([*ir.async_get(hass).issues.values()])
    assert not [secret for secret in secrets if secret in states or secret in issues]


# Names of settings that hold what no diagnostics file may have, as sources state them.
SECRET_NAME = re.compile(
    r"^CONF_\w+: Final = \"(\w*(?:token|secret|password|access_code|access_id|_key"
    r"|webhook_id|username|fingerprint)\w*)\"",
    re.MULTILINE,
)
FROM_CONST = r"from homeassistant\.const import (?:\([^)]*|[^\n]*)"
IMPORTED = {
    "CONF_HOST": "host",
    "CONF_MAC": "mac",
    "CONF_PASSWORD": "password",
    "CONF_USERNAME": "username",
    "CONF_TOKEN": "token",
    "CONF_API_KEY": "api_key",
}
# The password is asked once and stored as its hash, which is declared.
NEVER_STORED = {("air_conditioner", "password")}


@pytest.mark.parametrize("kind", KINDS)
async def test_settings_that_are_secret_by_name_are_declared(
    hass: HomeAssistant, kind: str
) -> None:
    """Also those that no entry of the tests has."""
    module = await async_import_from_kind(hass, kind, "kind")
    sources = [
        path.read_text(encoding="utf-8")
        for path in (INTEGRATION / "kinds" / kind).rglob("*.py")
    ]
    named = {name for source in sources for name in SECRET_NAME.findall(source)}
    named |= {
        name
        for constant, name in IMPORTED.items()
        if any(re.search(rf"{FROM_CONST}\b{constant}\b", source) for source in sources)
    }
    stored = {name for name in named if (kind, name) not in NEVER_STORED}
    assert stored <= module.KIND.secrets


@pytest.mark.parametrize("kind", ENTRIES)
async def test_diagnostics_contain_no_secret(home: Home, kind: str) -> None:
    """A user can publish the diagnostics file."""
    entry = home.entries[kind]
    secrets = await secrets_of(home.hass, entry)
    found = await async_get_config_entry_diagnostics(home.hass, entry)
    text = json.dumps(found, default=str)
    assert not [secret for secret in secrets if secret in text]
