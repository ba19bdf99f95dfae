"""How long a home with many devices takes to answer a question.

Home Assistant's own recognition of a sentence is not in it: it is the same for every
integration.
"""

from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Final

from homeassistant.core import Context
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.loader import DATA_CUSTOM_COMPONENTS
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_test_home_assistant,
)

from custom_components.jannenkoti.answers import async_why
from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.subjects import Asker

from .figure import Figure, note, spread

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

_DEVICES: Final = 200
_ENTITIES: Final = 10
_QUESTIONS: Final = 50
_GOAL: Final = 50.0
"""ms"""


async def measure() -> list[Figure]:
    """Ask about each of some devices, in a home with two thousand entities."""
    async with async_test_home_assistant() as hass:
        hass.data.pop(DATA_CUSTOM_COMPONENTS)  # those of the tests of Home Assistant
        _furnish(hass)
        asker = Asker(context=Context(), assistant=None, language="en")
        await async_why(hass, asker, "Room 1")  # The texts are read once.
        times = []
        for number in range(_QUESTIONS):
            begun = perf_counter()
            answer = await async_why(hass, asker, f"Room {number}")
            times.append((perf_counter() - begun) * 1000)
            if f"Unit {number}:" not in answer:
                raise AssertionError(answer)
        await hass.async_stop(force=True)
    note(spread(times, "ms"))
    return [
        Figure(
            name="why_answer",
            ours=median(times),
            reference=None,
            unit="ms",
            ratio=None,
            goal=_GOAL,
        )
    ]


def _furnish(hass: HomeAssistant) -> None:
    """Add the devices, each in an area of its own."""
    entry = MockConfigEntry(domain=DOMAIN)
    entry.add_to_hass(hass)
    for number in range(_DEVICES):
        area = ar.async_get(hass).async_create(f"Room {number}")
        device = dr.async_get(hass).async_get_or_create(
            config_entry_id=entry.entry_id,
            identifiers={(DOMAIN, str(number))},
            name=f"Unit {number}",
        )
        dr.async_get(hass).async_update_device(device.id, area_id=area.id)
        for other in range(_ENTITIES):
            key = "reason" if other == 0 else f"number_{other}"
            entity = er.async_get(hass).async_get_or_create(
                "sensor",
                DOMAIN,
                f"{number}_{key}",
                config_entry=entry,
                device_id=device.id,
                translation_key=f"air_conditioner_{key}",
            )
            hass.states.async_set(entity.entity_id, "cooling")
