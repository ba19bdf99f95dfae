"""Set up a routine, and change its table and its behavior."""

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any, override

from homeassistant.config_entries import ConfigEntryState
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from ...flow import KindFlow
from . import options as opt
from .forms import BEHAVIOR_OPTIONS_FORM, NAME, NEW_FORM, SLOTS_OPTIONS_FORM
from .plan_coordinator import home_plan
from .slots.preview import preview
from .slots.table import PRESET

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
    from homeassistant.core import HomeAssistant

    from ...flow import Form
    from .slots.table import Slot


class Flow(KindFlow):
    """The steps of a routine."""

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a name and the lights."""
        return await self.async_ask(
            "user", NEW_FORM, user_input, then=self._async_create
        )

    @classmethod
    @override
    def options_steps(cls, entry: ConfigEntry) -> Mapping[str, Form]:
        """Return the table, and the behavior."""
        return {"slots": SLOTS_OPTIONS_FORM, "behavior": BEHAVIOR_OPTIONS_FORM}

    @staticmethod
    @override
    def options_placeholders(
        hass: HomeAssistant, entry: ConfigEntry
    ) -> Mapping[str, str]:
        """Return today's slots as the saved table has them."""
        if entry.state is ConfigEntryState.LOADED:
            plan = entry.runtime_data.routine.plan
        else:
            plan = home_plan(hass, opt.Options.parse(entry.options).table)
        return {"preview": preview(plan, dt_util.utcnow())}

    async def _async_create(self, answers: dict[str, Any]) -> ConfigFlowResult:
        """Create the routine with the preset, named in the language of the home."""
        name = answers.pop(NAME)
        rows = [slot.as_row() for slot in await _async_preset(self.flow.hass)]
        await self.flow.async_set_unique_id(secrets.token_hex(8))
        return self.create_entry(name, {}, {**answers, opt.SLOTS: rows})


async def _async_preset(hass: HomeAssistant) -> list[Slot]:
    """Return the slots of the preset with translated names."""
    texts = await async_get_translations(hass, hass.config.language, "entity", [DOMAIN])
    path = f"component.{DOMAIN}.entity.sensor.light_routine_current_slot.state"
    return [
        replace(slot, name=texts.get(f"{path}.{slot.name}", slot.name))
        for slot in PRESET
    ]
