"""Find entities of our own thermostats, which must not be their own input."""

from typing import TYPE_CHECKING, Any, Final, Self, cast, override

from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import EntitySelector

from ...const import CONF_KIND, DOMAIN
from .const import KIND_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.selector import EntitySelectorConfig

# The unit's own sensor is measured, not made by the thermostat.
_MEASURED: Final = "_device_temperature"


class OthersSelector(EntitySelector):
    """Offers entities without our own outputs.

    An output that is sent all the same is refused by the form, which says why; the
    selector's own error would end the flow.
    """

    @classmethod
    def of(cls, hass: HomeAssistant, config: EntitySelectorConfig) -> Self:
        """Return the selector."""
        return cls({**config, "exclude_entities": all_outputs(hass)})

    @override
    def __call__(self, data: Any) -> str | list[str]:
        offered = cast("EntitySelectorConfig", dict(self.config))
        offered.pop("exclude_entities", None)
        return EntitySelector(offered)(data)


def is_thermostat_of_ours(hass: HomeAssistant, entity_id: str) -> bool:
    """Return whether an entity belongs to an air conditioner of this integration."""
    registered = er.async_get(hass).async_get(entity_id)
    if registered is None or registered.platform != DOMAIN:
        return False
    entry = hass.config_entries.async_get_entry(registered.config_entry_id or "")
    return entry is not None and entry.data.get(CONF_KIND) == KIND_NAME


def outputs_among(hass: HomeAssistant, entity_ids: Iterable[str]) -> list[str]:
    """Return those entities that are outputs of a thermostat.

    As a room sensor such an output feeds the thermostat with its own result, and the
    silence of all real sensors is never noticed.
    """
    return [entity_id for entity_id in entity_ids if _is_output(hass, entity_id)]


def all_outputs(hass: HomeAssistant) -> list[str]:
    """Return all outputs of thermostats, so that forms do not offer them."""
    ours = (
        entity.entity_id
        for entity in er.async_get(hass).entities.values()
        if entity.platform == DOMAIN
    )
    return outputs_among(hass, ours)


def _is_output(hass: HomeAssistant, entity_id: str) -> bool:
    registered = er.async_get(hass).async_get(entity_id)
    return (
        registered is not None
        and is_thermostat_of_ours(hass, entity_id)
        and not registered.unique_id.endswith(_MEASURED)
    )
