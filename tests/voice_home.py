"""A home with devices of this integration, to be asked about through Assist."""

from typing import TYPE_CHECKING

from homeassistant.components import conversation
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.jannenkoti.const import CONF_KIND, DOMAIN

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant


class Home:
    """A home with devices of this integration, as registries and states show it."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Initialize without devices."""
        self.hass = hass

    def add(self, kind: str, name: str, area: str, **states: str) -> dict[str, str]:
        """Add a device; return its entity ids by translation key.

        ``states`` are by ``<platform>__<key without the kind>``.
        """
        entry = MockConfigEntry(domain=DOMAIN, data={CONF_KIND: kind}, title=name)
        entry.add_to_hass(self.hass)
        area_id = ar.async_get(self.hass).async_get_or_create(area).id
        device = dr.async_get(self.hass).async_get_or_create(
            config_entry_id=entry.entry_id, identifiers={(DOMAIN, name)}, name=name
        )
        dr.async_get(self.hass).async_update_device(device.id, area_id=area_id)
        ids = {}
        for path, state in states.items():
            platform, key = path.split("__")
            entity = er.async_get(self.hass).async_get_or_create(
                platform,
                DOMAIN,
                f"{name}_{key}",
                config_entry=entry,
                device_id=device.id,
                translation_key=f"{kind}_{key}",
            )
            ids[key] = entity.entity_id
            self.hass.states.async_set(entity.entity_id, state)
        return ids

    def expose(self, entity_id: str, *, shown: bool = True) -> None:
        """Expose an entity to Assist, or not."""
        async_expose_entity(self.hass, conversation.DOMAIN, entity_id, shown)

    async def ask(
        self, text: str, language: str = "en", user: str | None = None
    ) -> str:
        """Return what Assist answers."""
        result = await conversation.async_converse(
            self.hass, text, None, Context(user_id=user), language=language
        )
        speech: str = result.response.speech["plain"]["speech"]
        return speech
