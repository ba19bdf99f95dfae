"""Damaged files of every family: set-up goes on, and nothing is lost without a word."""

import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.helpers import issue_registry as ir

from custom_components.jannenkoti.const import DOMAIN
from tests.one_of_each import ENTRIES, WITHOUT_STORE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .doors import Home

pytestmark = pytest.mark.usefixtures("socket_enabled")

HOSTILE: tuple[object, ...] = (None, [], {}, "x", "9" * 400, -1, 1e308, True, [[]])
MUTATIONS = 12
NEWER = 99


async def stop(home: Home, kind: str) -> list[Path]:
    """Unload an entry and return its files."""
    entry_id = home.entries[kind].entry_id
    if home.entries[kind].state is not ConfigEntryState.NOT_LOADED:
        assert await home.hass.config_entries.async_unload(entry_id)
    await home.hass.async_block_till_done()
    return _files(Path(home.hass.config.path(".storage")), entry_id)


def _files(folder: Path, entry_id: str) -> list[Path]:
    """Return the stored files of an entry, or the one that it would write."""
    folder.mkdir(exist_ok=True)
    found = [
        path
        for path in folder.glob(f"*{entry_id}*")
        if path.is_file() and ".corrupt." not in path.name
    ]
    return found or [folder / f"{DOMAIN}.{entry_id}"]


async def starts(home: Home, kind: str) -> bool:
    """Set an entry up and return whether it is loaded, or waits for its device."""
    entry = home.entries[kind]
    await home.hass.config_entries.async_setup(entry.entry_id)
    await home.hass.async_block_till_done()
    return entry.state in {ConfigEntryState.LOADED, ConfigEntryState.SETUP_RETRY}


def places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every container of a tree with each of its keys."""
    keys = (
        [*tree]
        if isinstance(tree, dict)
        else range(len(tree))
        if isinstance(tree, list)
        else ()
    )
    for key in keys:
        yield tree, key
        yield from places(tree[key])


def envelope(path: Path, data: object, version: int = 1) -> bytes:
    """Return a file as Home Assistant writes it."""
    return orjson.dumps(
        {"version": version, "minor_version": 1, "key": path.name, "data": data}
    )


@pytest.mark.parametrize(
    "kind", [name for name in ENTRIES if name not in WITHOUT_STORE]
)
async def test_damaged_file_is_set_aside_and_reported(home: Home, kind: str) -> None:
    """A file that is no JSON is kept beside, and a repair issue names the problem."""
    for damage in (b"", b"\xff\xfe", b'{"version": 1, "data": {"a"', b"[]", b"null"):
        for path in await stop(home, kind):
            await stop(home, kind)
            path.write_bytes(damage)
            assert await starts(home, kind), damage
            kept = [*path.parent.glob(f"{path.name}.*")]
            assert any(each.read_bytes() == damage for each in kept), damage
    issues = ir.async_get(home.hass).issues
    assert any(domain == DOMAIN for domain, _issue in issues)


@pytest.mark.parametrize("kind", ENTRIES)
async def test_file_of_newer_version_is_left_untouched(home: Home, kind: str) -> None:
    """A home that goes back to an older release loses nothing."""
    for path in await stop(home, kind):
        await stop(home, kind)
        newer = envelope(path, {"future": True}, NEWER)
        path.write_bytes(newer)
        assert await starts(home, kind)
        await stop(home, kind)
        assert path.read_bytes() == newer


@pytest.mark.parametrize("kind", ENTRIES)
async def test_hostile_value_anywhere_in_a_file_does_not_stop_setup(
    home: Home, kind: str
) -> None:
    """Any JSON value at any place of the stored data leaves the entry loaded."""
    chance = random.Random(kind)  # noqa: S311 - the same places in each run
    for path in await stop(home, kind):
        there = path.read_bytes() if path.exists() else envelope(path, {})
        count = len([*places(orjson.loads(there)["data"])])
        for value in HOSTILE[: 4 if count else None]:
            path.write_bytes(envelope(path, value))
            assert await starts(home, kind), value
            await stop(home, kind)
        for _ in range(min(MUTATIONS, 4 * count)):
            tree = orjson.loads(there)
            container, key = chance.choice([*places(tree["data"])])
            container[key] = chance.choice(HOSTILE)
            path.write_bytes(orjson.dumps(tree))
            assert await starts(home, kind), (key, container[key])
            await stop(home, kind)
