"""Hostile answers in the first form of every family."""

import itertools
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from homeassistant.config_entries import SOURCE_USER
from homeassistant.data_entry_flow import (
    FlowResultType,
    InvalidData,
    UnknownFlow,
    section,
)

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.registry import KINDS

from . import hostile
from .loop_time import measured_loop

if TYPE_CHECKING:
    from collections.abc import Iterator

    import voluptuous as vol
    from homeassistant.config_entries import ConfigFlowResult
    from homeassistant.core import HomeAssistant

    from .doors import Home

pytestmark = pytest.mark.usefixtures("no_names", "socket_enabled")

# A form arrives as JSON, which has neither of the two.
VALUES = {
    what: value
    for what, value in hostile.values().items()
    if what not in {"infinite", "not a number"}
}


@pytest.fixture
def no_names() -> Iterator[None]:
    """Let no host name resolve, because there is no network in the tests."""
    with patch(
        "aiohttp.resolver.AsyncResolver.resolve", side_effect=OSError("no such name")
    ):
        yield


async def first_form(hass: HomeAssistant, kind: str) -> ConfigFlowResult:
    """Return the first form of a family."""
    flows = hass.config_entries.flow
    step = await flows.async_init(DOMAIN, context={"source": SOURCE_USER})
    step = await flows.async_configure(step["flow_id"], {"next_step_id": kind})
    while step["type"] is FlowResultType.MENU:
        options: Any = step["menu_options"]
        option = next(iter(options))
        step = await flows.async_configure(step["flow_id"], {"next_step_id": option})
    assert step["type"] is FlowResultType.FORM
    return step


def _fields(schema: vol.Schema, place: tuple[str, ...] = ()) -> Iterator[Any]:
    """Yield the place of every field, those in sections too."""
    for key, value in schema.schema.items():
        if isinstance(value, section):
            yield from _fields(value.schema, (*place, str(key)))
        else:
            yield (*place, str(key)), key


def _answers(schema: vol.Schema, field: tuple[str, ...], value: object) -> Any:
    """Return an answer for each required field, and a hostile one for one field."""
    answers: dict[str, Any] = {}
    for place, key in [*_fields(schema)]:
        inner = answers
        for part in place[:-1]:
            inner = inner.setdefault(part, {})
        if place == field:
            inner[place[-1]] = value
        elif callable(getattr(key, "default", None)):
            inner[place[-1]] = key.default()
        elif type(key).__name__ == "Required":
            inner[place[-1]] = "x"
    return answers


@pytest.mark.parametrize("kind", KINDS)
async def test_first_form_survives_hostile_answers(home: Home, kind: str) -> None:
    """Each field shows its own error; none leads to an unexpected failure."""
    hass = home.hass
    wrong: list[object] = []
    form = await first_form(hass, kind)
    schema = form["data_schema"]
    assert schema is not None
    fields = [place for place, _key in _fields(schema)]

    async def act(field: tuple[str, ...], value: object) -> dict[str, str]:
        """Answer the form; return its errors."""
        nonlocal form
        try:
            form = await hass.config_entries.flow.async_configure(
                form["flow_id"], _answers(schema, field, value)
            )
        except InvalidData:
            return {}
        errors = form.get("errors") or {}
        if form["type"] is not FlowResultType.FORM or form.get("step_id") != kind:
            with suppress(UnknownFlow):  # An entry was created.
                hass.config_entries.flow.async_abort(form["flow_id"])
            form = await first_form(hass, kind)
        return errors

    with measured_loop() as loop:
        for field, (what, value) in itertools.product(fields, VALUES.items()):
            excess, errors = await loop.async_excess(partial(act, field, value))
            if "unknown" in errors.values() or excess:
                wrong.append((field, what, errors, excess))
    assert not wrong
