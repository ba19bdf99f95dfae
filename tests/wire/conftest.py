"""What all wire tests have in common: no secret of an entry is ever logged."""

import importlib
import logging
from typing import TYPE_CHECKING

import pytest
from homeassistant.const import CONF_HOST

from custom_components.jannenkoti.const import CONF_KIND, DOMAIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from homeassistant.core import HomeAssistant

# Keys of devices in tests that have no entry.
MADE_UP = ("made-up-key-1234", "another-key-1234")
# Shorter ones are words that may be logged for other reasons.
SHORTEST = 8
# The fakes are not ours, and their logs are not those of a home. The event loop logs
# addresses, in its debug mode only.
FAKES = ("tuyamock", "demo", "asyncio")


@pytest.fixture(autouse=True)
def _no_secret_in_the_log(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "tinytuya")
    hass = request.getfixturevalue("hass") if "hass" in request.fixturenames else None
    yield
    secrets = {*MADE_UP, *(() if hass is None else secrets_of_entries(hass))}
    for record in (*caplog.get_records("setup"), *caplog.get_records("call")):
        if record.name.startswith(FAKES):
            continue
        message = record.getMessage()
        for secret in secrets:
            assert secret not in message, f"{record.name} logs a secret"


def secrets_of_entries(hass: HomeAssistant) -> Iterator[str]:
    """Yield what the kinds of the entries declare to be secret."""
    for entry in hass.config_entries.async_entries(DOMAIN):
        if (kind_name := entry.data.get(CONF_KIND)) is None:
            continue
        name = f"custom_components.jannenkoti.kinds.{kind_name}.kind"
        kind = importlib.import_module(name).KIND
        yield from found(entry.data, kind.secrets)


def found(data: Mapping[str, object], keys: Iterable[str]) -> Iterator[str]:
    """Yield the values of some keys at any depth.

    An address is no secret in the log of the own home, only in diagnostics.
    """
    logged = {*keys} - {CONF_HOST}
    for key, value in data.items():
        if isinstance(value, dict):
            yield from found(value, keys)
        elif key in logged and isinstance(value, str) and len(value) >= SHORTEST:
            yield value
