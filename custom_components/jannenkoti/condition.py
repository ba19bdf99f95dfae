"""Conditions of all kinds: that an entity of ours is in one of some states."""

from typing import TYPE_CHECKING, override

from homeassistant.const import CONF_TARGET
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.condition import Condition, EntityStateConditionBase

from .automation_rows import Row, read_rows
from .own_entities import check_named_entities, own_entities

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.typing import ConfigType


def _condition(row: Row) -> type[Condition]:
    """Return the class of a row."""

    class IsOneOf(EntityStateConditionBase):
        """The state is one of them."""

        _domain_specs = {row.platform: DomainSpec()}  # noqa: RUF012 - as its base
        _states = set(row.values)  # noqa: RUF012 - as its base
        # A device or area as the target includes its diagnostic entities.
        _primary_entities_only = False

        @override
        @classmethod
        async def async_validate_config(
            cls, hass: HomeAssistant, config: ConfigType
        ) -> ConfigType:
            """Return the checked configuration; named entities must be suitable."""
            checked = await super().async_validate_config(hass, config)
            check_named_entities(hass, checked[CONF_TARGET], row)
            return checked

        @override
        def entity_filter(self, entities: set[str]) -> set[str]:
            """Keep those of this integration with the translation key."""
            found = super().entity_filter(entities)
            return own_entities(self._hass, found, row.translation_key)

    return IsOneOf


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions by their names, which carry the kind."""
    rows = await hass.async_add_executor_job(read_rows)
    return {row.name: _condition(row) for row in rows.conditions}
