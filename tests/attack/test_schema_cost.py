"""The cost of checking a call does not depend on the size of what is wrong in it."""

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

import pytest
import voluptuous as vol
from homeassistant.components.websocket_api.const import DOMAIN as WEBSOCKET

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.lib.size import is_larger
from custom_components.jannenkoti.rights import RULES

from .loop_time import LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from homeassistant.core import HomeAssistant

    from .doors import Home

MANY = 50_000
TRIES = 3

HUGE: dict[str, Callable[[], Any]] = {
    "mapping": lambda: {f"k{n}": n for n in range(MANY)},
    "list": lambda: list(range(MANY)),
    "texts": lambda: [f"climate.room_{n}" for n in range(MANY)],
    "mappings": lambda: [{"x": n} for n in range(MANY)],
    "lists": lambda: [[n] * 10 for n in range(MANY // 10)],
    "nested": lambda: {"a": {"b": {f"k{n}": [n] for n in range(MANY)}}},
    "long texts": lambda: ["x" * 10_000] * 1_000,
}


def fields_of(schema: Any) -> Iterator[str]:
    """Yield the fields of a schema, at whatever level of `All` they are."""
    if isinstance(schema, vol.Schema):
        yield from fields_of(schema.schema)
    elif isinstance(schema, vol.All):
        for each in schema.validators:
            yield from fields_of(each)
    elif isinstance(schema, dict):
        yield from (str(key) for key in schema)


def longest(schema: Callable[[Any], Any], data: dict[str, Any]) -> float:
    """Return the shortest processor time of some tries to check data, in seconds."""
    times = []
    for _ in range(TRIES):
        begun = time.thread_time()
        with suppress(vol.Invalid):
            schema(data)
        times.append(time.thread_time() - begun)
        if times[-1] < LIMIT / 4:
            break
    return min(times)


async def test_check_of_a_huge_call_is_short(hass: HomeAssistant, home: Home) -> None:
    assert home.entries
    services = hass.services.async_services_internal()[DOMAIN]
    commands = hass.data[WEBSOCKET]
    values = {what: make() for what, make in HUGE.items()}
    fields, slow = 0, {}
    for name in hass.data[RULES]:
        schema = services[name].schema if name in services else commands[name][1]
        for field in ("", *fields_of(schema)):
            fields += bool(field)
            for what, value in values.items():
                whole = value if not field and what == "mapping" else {field: value}
                took = longest(cast("Any", schema), {"id": 1, "type": name, **whole})
                if took > LIMIT / 4:
                    slow[f"{name} {field}: {what}"] = round(took, 3)
    assert slow == {}
    assert fields > len(hass.data[RULES])


@pytest.mark.parametrize(
    ("value", "size"),
    [
        (None, 1),
        ("x" * 255, 1),
        ("x" * 256, 2),
        ([], 1),
        ([1, 2], 3),
        ({"a": 1}, 3),
        ({"a": [1, {"b": 2}]}, 7),
        ((1, frozenset({2})), 4),
        (b"x" * 1024, 5),
    ],
)
def test_size_counts_all_levels(value: object, size: int) -> None:
    assert not is_larger(value, size)
    assert is_larger(value, size - 1)


def test_size_of_an_endless_value_is_found_out_soon() -> None:
    endless: list[Any] = [0] * 100
    endless.append(endless)
    assert is_larger(endless, 5000)
    deep: list[Any] = []
    for _ in range(10_000):
        deep = [deep]
    assert not is_larger(deep, 10_001)
    assert is_larger(deep, 5000)
