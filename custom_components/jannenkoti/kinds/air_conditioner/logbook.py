"""Sentences in Activity: who switched the air conditioner, and until when it stays so.

The event also carries them for automations; its entity is the thermostat.
"""

from typing import TYPE_CHECKING, Any, Final

from homeassistant.components.climate import DOMAIN as CLIMATE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.translation import async_get_cached_translations
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from .insight.transitions import Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...kind import JannenkotiConfigEntry
    from .control.data import AirConditionerData
    from .insight.transitions import Transition

    type Describe = Callable[[Event[dict[str, Any]]], dict[str, str]]

EVENT_SWITCHED: Final = f"{DOMAIN}_air_conditioner_switched"
# Each sentence by direction and source.
SENTENCES: Final = "air_conditioner_{turned}_{source}"


def details(transition: Transition, data: AirConditionerData) -> dict[str, str | None]:
    """Return who switched, why, and until when the thermostat leaves it so."""
    hold = data.hold if transition.source is Source.REMOTE else None
    return {
        "source": transition.source.value,
        "reason": transition.reason and transition.reason.value,
        "hold_until": hold.until.isoformat() if hold else None,
    }


@callback
def fire_switched(
    hass: HomeAssistant,
    entry: JannenkotiConfigEntry,
    transition: Transition,
    data: AirConditionerData,
) -> None:
    """Fire the event of a transition."""
    unique_id = f"{entry.unique_id or entry.entry_id}_climate"
    climate = er.async_get(hass).async_get_entity_id(CLIMATE, DOMAIN, unique_id)
    turned = "turned_on" if transition.on else "turned_off"
    hass.bus.async_fire(
        EVENT_SWITCHED,
        {
            "entity_id": climate,
            "name": entry.title,
            "type": turned,
            **details(transition, data),
        },
    )


@callback
def async_describe_events(
    hass: HomeAssistant, async_describe_event: Callable[[str, str, Describe], None]
) -> None:
    """Describe the event in the language of the home."""

    @callback
    def describe(event: Event[dict[str, Any]]) -> dict[str, str]:
        data = event.data
        shown = {"name": str(data.get("name")), "message": _message(hass, data)}
        if isinstance(climate := data.get("entity_id"), str):
            shown["entity_id"] = climate
        return shown

    async_describe_event(DOMAIN, EVENT_SWITCHED, describe)


def _message(hass: HomeAssistant, data: dict[str, Any]) -> str:
    """Return the sentence; an event of an older version may lack parts of it."""
    texts = async_get_cached_translations(hass, hass.config.language, "common", DOMAIN)
    turned, source = data.get("type"), data.get("source")
    key = SENTENCES.format(turned=turned, source=source)
    until = dt_util.parse_datetime(str(data.get("hold_until")))
    if until is not None:
        key += "_held"
    sentence = texts.get(f"component.{DOMAIN}.common.{key}", str(turned))
    at = "" if until is None else f"{dt_util.as_local(until):%H:%M}"
    return sentence.replace("{until}", at)
