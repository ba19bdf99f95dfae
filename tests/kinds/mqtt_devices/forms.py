"""Steps through forms, as a user submits them."""

from typing import TYPE_CHECKING, Any

from custom_components.jannenkoti.const import DOMAIN

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.common import MockConfigEntry


async def begin(hass: HomeAssistant) -> Any:
    """Choose this kind from the menu."""
    menu = await hass.config_entries.flow.async_init(DOMAIN, context={"source": "user"})
    return await answer(hass, menu, {"next_step_id": "mqtt_devices"})


async def answer(hass: HomeAssistant, step: Any, answers: dict[str, Any]) -> Any:
    """Submit a form."""
    done = await hass.config_entries.flow.async_configure(step["flow_id"], answers)
    await hass.async_block_till_done()
    return done


async def add(hass: HomeAssistant, entry: MockConfigEntry, kind: str) -> Any:
    """Start the flow of a subentry."""
    return await hass.config_entries.subentries.async_init(
        (entry.entry_id, kind), context={"source": "user"}
    )


async def submit(hass: HomeAssistant, step: Any, answers: dict[str, Any]) -> Any:
    """Submit a form of a subentry."""
    done = await hass.config_entries.subentries.async_configure(
        step["flow_id"], answers
    )
    await hass.async_block_till_done()
    return done


def cards(hass: HomeAssistant) -> list[Any]:
    """Return the cards that are shown."""
    return hass.config_entries.flow.async_progress_by_handler(DOMAIN)
