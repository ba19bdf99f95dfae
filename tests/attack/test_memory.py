"""Nothing that an outsider or a reload does may stay in memory."""

import gc
import importlib
import types
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp.web import BaseRequest

from tests.one_of_each import ENTRIES
from tests.source import PACKAGE, module_name, python_files

from .doors import WRONG_TOKEN, Home
from .test_hostile_input import METHODS, request, webhook_ids

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

REQUESTS = 20
RELOADS = 5


def alive_requests() -> Counter[str]:
    """Count the live requests by method and path."""
    gc.collect()
    return Counter(
        f"{each.method} {each.path}"
        for each in gc.get_objects()
        if isinstance(each, BaseRequest)
    )


def ours_alive() -> Counter[str]:
    """Count the live objects of the integration by class."""
    gc.collect()
    return Counter(
        f"{type(each).__module__}.{type(each).__qualname__}"
        for each in gc.get_objects()
        if type(each).__module__.startswith(PACKAGE)
    )


def _values(value: object, depth: int = 3) -> Iterator[object]:
    """Yield a value and what it contains."""
    yield value
    if depth == 0:
        return
    if isinstance(value, dict):
        inner: Any = value.values()
    elif isinstance(value, list | tuple | set | frozenset):
        inner = value
    elif isinstance(value, type) and value.__module__.startswith(PACKAGE):
        inner = vars(value).values()
    else:
        return
    for each in list(inner):
        yield from _values(each, depth - 1)


def test_no_exception_instance_lives_in_a_module() -> None:
    """Each raise of a shared instance would keep its request alive for good."""
    found = [
        f"{module.__name__}: {value!r}"
        for module in map(importlib.import_module, map(module_name, python_files()))
        for name, value in vars(module).items()
        if not name.startswith("__") and not isinstance(value, types.ModuleType)
        for value in _values(value)
        if isinstance(value, BaseException)
    ]
    assert not found


async def test_refused_requests_leave_nothing_in_memory(
    home: Home, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """Requests with a wrong secret are forgotten, at every door and method."""
    client = await hass_client_no_auth()
    webhooks = [f"/api/webhook/{each}" for each in webhook_ids(home)]
    before = alive_requests()
    for path in [*home.paths(WRONG_TOKEN), *webhooks]:
        for method in METHODS:
            for _ in range(REQUESTS):
                await request(client, method, path)
    after = alive_requests()
    # The latest request of a connection is alive until the next one.
    assert sum((after - before).values()) <= 1, after


@pytest.mark.parametrize("kind", ENTRIES)
async def test_reloads_leave_nothing_in_memory(home: Home, kind: str) -> None:
    """No class has as many more live objects as there were reloads.

    One more is no fault: on a slow machine the home goes on between two counts.
    """
    entry = home.entries[kind]

    async def reload() -> Counter[str]:
        assert await home.hass.config_entries.async_reload(entry.entry_id)
        await home.hass.async_block_till_done()
        return ours_alive()

    await reload()
    before = after = await reload()
    for _ in range(RELOADS):
        after = await reload()
    more = after - before
    assert {name: count for name, count in more.items() if count >= RELOADS} == {}
