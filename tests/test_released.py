"""A reload releases everything: listeners, timers and tasks, in every kind."""

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from custom_components.jannenkoti.registry import KINDS

from .one_of_each import async_set_up, quiet
from .source import PACKAGE

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

RELOADS = 100


def held(hass: HomeAssistant) -> Counter[str]:
    """Count what Home Assistant and its loop hold: listeners, timers, tasks, issues."""
    found = Counter(
        {f"listeners of {name}": n for name, n in hass.bus.async_listeners().items()}
    )
    scheduled: list[asyncio.TimerHandle] = getattr(hass.loop, "_scheduled", [])
    found["timers"] = sum(not timer.cancelled() for timer in scheduled)
    found["tasks"] = len(asyncio.all_tasks())
    for key, value in hass.data.items():
        if isinstance(value, dict | list | set) and PACKAGE.split(".")[1] in str(key):
            found[f"data of {key}"] = len(value)
    return found


@pytest.mark.parametrize("kind", KINDS)
async def test_reloads_leave_no_listener_timer_or_task(
    hass: HomeAssistant, kind: str
) -> None:
    entry = await async_set_up(hass, kind)
    before = Counter[str]()
    for number in range(RELOADS):
        with quiet(kind):
            assert await hass.config_entries.async_reload(entry.entry_id)
            await hass.async_block_till_done()
        if number == 1:  # The first ones may still load what stays.
            before = held(hass)
    after = held(hass)
    assert not after - before
