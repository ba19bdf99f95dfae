"""Config flow of an entry: topic, secret path, and discovered devices."""

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any, override

from homeassistant.config_entries import ConfigEntryState
from homeassistant.helpers.network import NoURLAvailableError, get_url

from ...flow import KindFlow
from ...lib.plain_text import without_links
from . import forms
from . import options as opt
from .claims.claim import Claim, from_form
from .const import CONF_AREA, CONF_NAME, CONF_SERIAL, CONF_TOKEN, CONF_TOPIC
from .details_form import details_form, suggested
from .discovery import CONF_ENTRY_ID, card_id
from .view import API_PATH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
    from homeassistant.core import HomeAssistant

    from .coordinator import MqttDevices


def _base_url(hass: HomeAssistant, token: str) -> dict[str, str]:
    """Return the base URL; only its path if Home Assistant has no address."""
    try:
        base = get_url(hass, prefer_external=False, allow_cloud=False)
    except NoURLAvailableError:
        base = ""
    return {"base_url": base + API_PATH.format(token=token)}


class Flow(KindFlow):
    """Set up an entry, change its topic and base URL, and claim devices."""

    options_form = forms.OPTIONS_FORM

    _answers: dict[str, Any]
    _token: str
    _entry: ConfigEntry
    _serial: str

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the topic."""
        return await self.async_ask(
            "user", forms.ENTRY_FORM, user_input, then=self._async_named
        )

    async def async_step_address(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the base URL."""
        return await self.async_ask(
            "address",
            forms.CONFIRM_FORM,
            user_input,
            then=self._async_create,
            placeholders=_base_url(self.flow.hass, self._token),
        )

    @override
    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the base URL, and change the topic or the base URL."""
        entry = self.flow.changed_entry

        async def async_check(
            hass: HomeAssistant, answers: dict[str, Any]
        ) -> dict[str, Any]:
            """Check that no other entry has the topic."""
            forms.check_topic(hass, answers[CONF_TOPIC].strip(), entry.entry_id)
            return {**answers, CONF_TOPIC: answers[CONF_TOPIC].strip()}

        return await self.async_ask(
            "reconfigure",
            replace(forms.RECONFIGURE_FORM, async_check=async_check),
            user_input,
            then=self._async_reconfigured,
            suggested=entry.data,
            placeholders=_base_url(self.flow.hass, entry.data[CONF_TOKEN]),
        )

    async def async_step_new_address(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the new base URL before it replaces the old one."""
        return await self.async_ask(
            "new_address",
            forms.CONFIRM_FORM,
            user_input,
            then=self._async_replace,
            placeholders=_base_url(self.flow.hass, self._token),
        )

    async def async_step_integration_discovery(
        self, found: dict[str, Any]
    ) -> ConfigFlowResult:
        """Offer a device that has reported to an entry."""
        flow = self.flow
        entry = flow.hass.config_entries.async_get_known_entry(found[CONF_ENTRY_ID])
        self._entry, self._serial = entry, found[CONF_SERIAL]
        await flow.async_identify(card_id(entry, self._serial))
        flow.context["title_placeholders"] = {
            "name": forms.title_of(flow.hass, self._serial)
        }
        return await self.async_step_claim()

    async def async_step_claim(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for name and area, then claim the device."""
        if self._entry.state is not ConfigEntryState.LOADED:
            return self.flow.async_abort(reason="mqtt_devices_not_loaded")
        devices: MqttDevices = self._entry.runtime_data
        unclaimed = devices.registry.unclaimed.get(self._serial)
        if unclaimed is None:
            return self.flow.async_abort(reason="mqtt_devices_gone")
        claim = devices.registry.completed(Claim(serial=self._serial))
        return await self.async_ask(
            "claim",
            details_form(claim.configuration),
            user_input,
            then=self._async_claim,
            suggested=suggested(claim),
            placeholders={
                "serial": self._serial,
                "parameters": without_links(
                    ", ".join((unclaimed.estado, *unclaimed.parameters))
                ),
                "entry": self._entry.title,
            },
        )

    @staticmethod
    @override
    def options_placeholders(
        hass: HomeAssistant, entry: ConfigEntry
    ) -> Mapping[str, str]:
        """Return the base URL and an example of a command topic."""
        return {
            **_base_url(hass, entry.data[CONF_TOKEN]),
            "example": "dispositivos/{serial}/configuracion",
        }

    async def _async_named(self, answers: dict[str, Any]) -> ConfigFlowResult:
        """Show the base URL with a new token."""
        self._answers, self._token = answers, secrets.token_urlsafe(24)
        return await self.async_step_address()

    async def _async_create(self, _answers: dict[str, Any]) -> ConfigFlowResult:
        """Create the entry, with an id that never changes."""
        await self.flow.async_set_unique_id(secrets.token_hex(8))
        data = {CONF_TOPIC: self._answers[CONF_TOPIC], CONF_TOKEN: self._token}
        return self.create_entry(self._answers[CONF_NAME], data, dict(opt.DEFAULTS))

    async def _async_reconfigured(self, answers: dict[str, Any]) -> ConfigFlowResult:
        """Show a new base URL if the user wants one."""
        self._answers = answers
        self._token = self.flow.changed_entry.data[CONF_TOKEN]
        if not answers[forms.NEW_TOKEN]:
            return await self._async_replace({})
        self._token = secrets.token_urlsafe(24)
        return await self.async_step_new_address()

    async def _async_replace(self, _answers: dict[str, Any]) -> ConfigFlowResult:
        """Replace topic and token."""
        return self.flow.async_update_reload_and_abort(
            self.flow.changed_entry,
            data_updates={
                CONF_TOPIC: self._answers[CONF_TOPIC],
                CONF_TOKEN: self._token,
            },
        )

    async def _async_claim(self, answers: dict[str, Any]) -> ConfigFlowResult:
        """Claim the device."""
        devices: MqttDevices = self._entry.runtime_data
        if not devices.has_room():
            return self.flow.async_abort(reason="mqtt_devices_too_many_entities")
        if self._serial not in devices.devices:
            devices.areas[self._serial] = answers[CONF_AREA]
            devices.async_claim(from_form(self._serial, answers))
        return self.flow.async_abort(
            reason="mqtt_devices_claimed",
            description_placeholders={
                "name": answers[CONF_NAME],
                "entry": self._entry.title,
            },
        )
