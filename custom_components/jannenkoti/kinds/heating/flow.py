"""The config flow: one tank and equal stages; the options have the rest."""

from typing import TYPE_CHECKING, Any, override
from uuid import uuid4

import voluptuous as vol
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_NAME
from homeassistant.util import dt as dt_util

from ...flow import Form, KindFlow
from .energy_dashboard_form import async_suggested
from .equipment_form import equipment_form
from .equipment_runtime import async_load_catalogue
from .forms import FORMS
from .prices_form import PRICES_OPTIONS
from .setup_form import setup_form
from .solar_form import SOLAR_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
    from homeassistant.core import HomeAssistant

    from .inputs.options_history import OptionsHistory


class Flow(KindFlow):
    """Add a heating system."""

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the meter, the tank and its stages."""
        return await self.async_ask(
            "user",
            setup_form(await async_load_catalogue(self.flow.hass)),
            user_input,
            then=self._async_create,
            suggested=await async_suggested(self.flow.hass),
        )

    async def _async_create(self, answers: dict[str, Any]) -> ConfigFlowResult:
        """Create the entry, with the other entities of the Energy dashboard."""
        title = answers.pop(CONF_NAME)
        # A heating system has no serial number; entities may be renamed.
        await self.flow.async_identify(uuid4().hex)
        suggested = await async_suggested(self.flow.hass)
        return self.create_entry(title, {}, {**suggested, **answers})

    @classmethod
    @override
    def options_steps(cls, entry: ConfigEntry) -> Mapping[str, Form]:
        """Return the options as a menu.

        The catalogue and the last change are known only of an entry that is loaded.
        """
        steps = {**FORMS, "solar": SOLAR_OPTIONS, "prices": PRICES_OPTIONS}
        if entry.state is not ConfigEntryState.LOADED:
            return steps
        coordinator = entry.runtime_data
        steps["equipment"] = equipment_form(entry, coordinator.catalogue)
        if coordinator.history.changed is not None:
            steps["undo"] = undo_form(coordinator.history)
        return steps

    @staticmethod
    @override
    def options_placeholders(
        _hass: HomeAssistant, entry: ConfigEntry
    ) -> Mapping[str, str]:
        """Return when the options were changed."""
        if entry.state is not ConfigEntryState.LOADED:
            return {}
        return {"changed": when_changed(entry.runtime_data.history)}


def undo_form(history: OptionsHistory) -> Form:
    """Return a form without fields; submitting it restores what was replaced."""

    async def async_check(
        _hass: HomeAssistant, _answers: dict[str, Any]
    ) -> dict[str, Any]:
        return dict(history.replaced)

    return Form(schema=lambda _hass: vol.Schema({}), async_check=async_check)


def when_changed(history: OptionsHistory) -> str:
    """Return the local time of the last change, empty if nothing can be undone."""
    if history.changed is None:
        return ""
    return dt_util.as_local(history.changed).strftime("%Y-%m-%d %H:%M")
