"""How an air conditioner is added and changed: the driver first, then the room."""

from typing import TYPE_CHECKING, Any, override

from homeassistant.const import CONF_ENTITY_ID, CONF_HOST, CONF_NAME

from ...flow import Form, KindFlow
from . import forms, options_form
from . import options as opt
from .connection import (
    CONF_DEVICE_ID,
    CONF_DRIVER,
    CONF_LOCAL_KEY,
    DriverKind,
    devices_of_tuya,
)

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry, ConfigFlowResult

    from ...config_flow import JannenkotiConfigFlow


class Flow(KindFlow):
    """Driver first, then the room."""

    options_form = options_form.OPTIONS

    def __init__(self, flow: JannenkotiConfigFlow, kind: str) -> None:
        """Start with nothing known."""
        super().__init__(flow, kind)
        self._title = ""
        self._data: dict[str, Any] = {}
        self._options: dict[str, Any] = {}
        self._suggested: dict[str, Any] = {}

    @classmethod
    @override
    def options_form_of(cls, entry: ConfigEntry) -> Form:
        """Return the form; data points are Tuya's own."""
        is_tuya = entry.data[CONF_DRIVER] == DriverKind.TUYA_LAN
        return options_form.TUYA_OPTIONS if is_tuya else cls.options_form

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask how the air conditioner is reached."""
        drivers = [kind.value for kind in DriverKind]
        hass = self.flow.hass
        if devices_of_tuya(hass.config_entries.async_loaded_entries(forms.TUYA)):
            drivers.insert(0, "tuya_import")
        return self.flow.async_show_menu(
            step_id=self.kind,
            menu_options=[f"{self.kind}_{driver}" for driver in drivers],
        )

    async def async_step_tuya_import(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Take id and key from Home Assistant's Tuya integration."""

        async def async_suggest(answers: dict[str, Any]) -> ConfigFlowResult:
            hass = self.flow.hass
            devices = devices_of_tuya(
                hass.config_entries.async_loaded_entries(forms.TUYA)
            )
            for device in devices:
                if device.device_id == answers[CONF_DEVICE_ID]:
                    self._suggested = {
                        CONF_NAME: device.name,
                        CONF_DEVICE_ID: device.device_id,
                        CONF_LOCAL_KEY: device.local_key,
                        CONF_HOST: device.host,
                    }
            return await self.async_step_tuya_lan()

        return await self.async_ask(
            "tuya_import", forms.IMPORT, user_input, then=async_suggest
        )

    async def async_step_tuya_lan(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a Tuya device in the local network."""

        async def async_next(answers: dict[str, Any]) -> ConfigFlowResult:
            self._options = {opt.DATAPOINTS: answers.pop(opt.DATAPOINTS)}
            return await self._async_go_on(
                answers, DriverKind.TUYA_LAN, answers[CONF_DEVICE_ID]
            )

        return await self.async_ask(
            "tuya_lan",
            forms.TUYA_LAN,
            user_input,
            then=async_next,
            suggested=self._suggested,
        )

    async def async_step_entity(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for an entity of another integration."""

        async def async_next(answers: dict[str, Any]) -> ConfigFlowResult:
            return await self._async_go_on(
                answers, DriverKind.ENTITY, answers[CONF_ENTITY_ID]
            )

        return await self.async_ask("entity", forms.ENTITY, user_input, then=async_next)

    async def _async_go_on(
        self, answers: dict[str, Any], driver: DriverKind, unique_id: str
    ) -> ConfigFlowResult:
        """Keep a tested connection and ask for the room."""
        await self.flow.async_set_unique_id(unique_id)
        self.flow.abort_if_configured()
        self._title = answers.pop(CONF_NAME)
        self._data = {CONF_DRIVER: driver.value, **answers}
        return await self.async_step_room()

    async def async_step_room(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the sensors of the room."""

        async def async_create(answers: dict[str, Any]) -> ConfigFlowResult:
            return self.create_entry(
                self._title, self._data, {**self._options, **answers}
            )

        return await self.async_ask("room", forms.ROOM, user_input, then=async_create)

    @override
    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Change address, key or entity; the device stays the same."""
        return await self._async_step_change("reconfigure", user_input)

    @override
    async def async_step_reauth(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the new local key, which changes when a device is paired again."""
        return await self._async_step_change("reauth", user_input)

    async def _async_step_change(
        self, step: str, user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        """Ask for another connection to the same device."""
        entry = self.flow.changed_entry

        async def async_update(answers: dict[str, Any]) -> ConfigFlowResult:
            return self.flow.async_update_reload_and_abort(entry, data_updates=answers)

        if entry.data[CONF_DRIVER] == DriverKind.TUYA_LAN:
            form = forms.new_connection(entry)
            suggested = {
                key: value
                for key, value in entry.data.items()
                if key != CONF_LOCAL_KEY  # typed anew; a form never shows a secret
            }
        else:
            form, suggested = forms.NEW_ENTITY, {}
        return await self.async_ask(
            step, form, user_input, then=async_update, suggested=suggested
        )
