"""The config flow: one tank and equal stages; the options have the rest."""

from typing import TYPE_CHECKING, Any, override
from uuid import uuid4

from homeassistant.const import CONF_NAME

from ...flow import Form, KindFlow
from .energy_dashboard_form import async_suggested
from .forms import FORMS, SETUP_FORM
from .prices_form import PRICES_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.config_entries import ConfigEntry, ConfigFlowResult


class Flow(KindFlow):
    """Add a heating system."""

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the meter, the tank and its stages."""
        return await self.async_ask(
            "user",
            SETUP_FORM,
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
        """Return the options as a menu."""
        return {**FORMS, "prices": PRICES_OPTIONS}
