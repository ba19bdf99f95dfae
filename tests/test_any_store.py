"""Whatever a store holds, its entry can be set up: any JSON at any place."""

import copy
import random
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.config_entries import ConfigEntryState

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.registry import KINDS

from .one_of_each import WITHOUT_STORE, async_set_up, quiet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry

type Path = tuple[str | int, ...]

VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    1e308,
    1e30,
    10**30,
    float("nan"),
    float("inf"),
    "",
    "x",
    "2026-99-99T25:61:61",
    "2026-07-01T12:00:00",
    "9999-12-31T23:59:59.999999+00:00",
    "0001-01-01T00:00:00+14:00",
    "1e999",
    "x" * 10_000_000,
    [],
    [None],
    [1, 2, 3],
    [[[[]]]],
    {},
    {"": None},
    {"x": {"y": []}},
    {"2026-07-01": "x"},
)
REMOVED = object()

# A store cannot help it that a device is not there.
WORKS = {ConfigEntryState.LOADED, ConfigEntryState.SETUP_RETRY}

# How many damages of one kind are tried; the seed keeps them the same.
TRIED = 60


def places(tree: Any, path: Path = ()) -> Iterator[Path]:
    """Yield every place of a tree, the whole first."""
    yield path
    inner: Any = ()
    if isinstance(tree, dict):
        inner = tree.items()
    elif isinstance(tree, list):
        inner = enumerate(tree)
    for key, value in inner:
        yield from places(value, (*path, key))


def damaged(tree: Any, path: Path, value: Any) -> Any:
    """Return a copy of a tree with another value at a place."""
    if not path:
        return {} if value is REMOVED else value
    made = copy.deepcopy(tree)
    at = made
    for key in path[:-1]:
        at = at[key]
    if value is REMOVED:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return made


def damages(stored: dict[str, Any]) -> list[tuple[str, Path, Any]]:
    """Return a choice of damages, with every damage of a whole file."""
    chance = random.Random(20260701)  # noqa: S311 - always the same damages
    every = [
        (key, path, value)
        for key, content in stored.items()
        for path in places(content["data"])
        for value in (REMOVED, *VALUES)
    ]
    chance.shuffle(every)
    whole = [(key, (), value) for key in stored for value in VALUES]
    return whole + every[:TRIED]


async def async_start(hass: HomeAssistant, entry: MockConfigEntry, kind: str) -> None:
    """Set up the entry again and see that it works."""
    with quiet(kind):
        await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
    assert entry.state in WORKS


async def async_stop(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Unload the entry, which saves everything."""
    assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()


@pytest.mark.usefixtures("socket_enabled")  # What is not private connects.
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in WITHOUT_STORE])
async def test_any_json_in_any_store_lets_the_entry_be_set_up(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
    kind: str,
) -> None:
    entry = await async_set_up(hass, kind)
    await async_stop(hass, entry)
    stored = {
        key: copy.deepcopy(content)
        for key, content in hass_storage.items()
        if key.startswith(f"{DOMAIN}.")
    }
    assert stored, "the kind has saved nothing"
    failed: list[str] = []
    for key, path, value in damages(stored):
        hass_storage.update(copy.deepcopy(stored))
        hass_storage[key]["data"] = damaged(stored[key]["data"], path, value)
        caplog.clear()
        try:
            await async_start(hass, entry, kind)
            await async_stop(hass, entry)
        except AssertionError:
            reason = next((r.exc_text for r in caplog.records if r.exc_text), "")
            where = (reason or "").strip().splitlines()[-1:]
            failed.append(f"{key} {path} = {str(value)[:30]!r}: {where}")
            await hass.config_entries.async_unload(entry.entry_id)
    assert not failed, f"{len(failed)}\n" + "\n".join(failed[:20])
