"""Run by test_boundary.py in a process of its own: what one kind makes us load."""

import sys
from typing import TYPE_CHECKING

import pytest
from homeassistant.setup import async_setup_component

from custom_components.jannenkoti.registry import KINDS

from .one_of_each import ENTRIES, async_set_up
from .source import PACKAGE

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

_COMPONENTS = "homeassistant.components"
CAMERA = f"{_COMPONENTS}.camera"
TRACKERS = (f"{_COMPONENTS}.device_tracker", f"{_COMPONENTS}.zone")
UNWANTED = ("tinytuya", "colorama", "aiohue", CAMERA, *TRACKERS)
NEEDED = {
    "hue_bridge": ("aiohue",),
    "presence": TRACKERS,
    "printer": (CAMERA,),
    "robocam": (CAMERA,),
    "tlink": TRACKERS,
}
"""What some kinds have entities of."""


@pytest.mark.parametrize("kind", KINDS)
async def test_one_kind_loads_that_kind_only(hass: HomeAssistant, kind: str) -> None:
    assert set(ENTRIES) == set(KINDS)
    # What our dependencies load is not because of us.
    assert await async_setup_component(hass, "webhook", {})
    before = set(sys.modules)
    await async_set_up(hass, kind)
    loaded = set(sys.modules) - before
    assert f"{PACKAGE}.kinds.{kind}.kind" in loaded
    for other in KINDS.keys() - {kind}:
        assert not {name for name in loaded if f".kinds.{other}" in name}
    needed = NEEDED.get(kind, ())
    unwanted = tuple(name for name in UNWANTED if name not in needed)
    assert not {name for name in loaded if name.startswith(unwanted)}
