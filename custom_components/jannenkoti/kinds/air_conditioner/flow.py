"""How an air conditioner is added and changed: the driver first, then the room."""

from typing import TYPE_CHECKING, Any, override

from homeassistant.const import (
    CONF_ENTITY_ID,
    CONF_HOST,
    CONF_NAME,
)

from . import cloud_forms, forms, options_form
from . import options as opt
from .connection_flow import ConnectionFlow
from .drivers.connection import (
    CONF_DEVICE_ID,
    CONF_DRIVER,
    CONF_LOCAL_KEY,
    DriverKind,
    devices_of_tuya,
)
from .drivers.tuya.account import CLOUD_DATAPOINTS, CONF_CLOUD

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry, ConfigFlowResult

    from ...config_flow import JannenkotiConfigFlow
    from ...flow import Form
    from .drivers.tuya.responses import CloudDevice


class Flow(ConnectionFlow):
    """Driver first, then the room."""

    options_form = options_form.OPTIONS

    def __init__(self, flow: JannenkotiConfigFlow, kind: str) -> None:
        """Start with nothing known."""
        super().__init__(flow, kind)
        self._title = ""
        self._data: dict[str, Any] = {}
        self._options: dict[str, Any] = {}
        self._suggested: dict[str, Any] = {}
        self._devices: list[CloudDevice] = []

    @classmethod
    @override
    def options_form_of(cls, entry: ConfigEntry) -> Form:
        """Return the form; data points are Tuya's own, and a quota its cloud's."""
        if CONF_CLOUD not in entry.data:
            return (
                options_form.TUYA_OPTIONS
                if CONF_HOST in entry.data
                else cls.options_form
            )
        both = CONF_HOST in entry.data
        return cloud_forms.BOTH_OPTIONS if both else cloud_forms.CLOUD_OPTIONS

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

    async def async_step_tuya_cloud(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for an account at Tuya's cloud."""

        async def async_next(answers: dict[str, Any]) -> ConfigFlowResult:
            self._devices = answers.pop(cloud_forms.DEVICES)
            self._data = answers
            return await self.async_step_tuya_cloud_device()

        return await self.async_ask(
            "tuya_cloud", cloud_forms.ACCOUNT, user_input, then=async_next
        )

    async def async_step_tuya_cloud_device(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask which device of the account it is."""

        async def async_next(answers: dict[str, Any]) -> ConfigFlowResult:
            self._options = {CLOUD_DATAPOINTS: answers.pop(CLOUD_DATAPOINTS)}
            device_id = answers[CONF_DEVICE_ID]
            names = {device.device_id: device.name for device in self._devices}
            answers[CONF_NAME] = names.get(device_id, device_id)
            return await self._async_go_on(
                {**self._data, **answers}, DriverKind.TUYA_CLOUD, device_id
            )

        form = cloud_forms.device_form(self._data[CONF_CLOUD], self._devices)
        return await self.async_ask(
            "tuya_cloud_device", form, user_input, then=async_next
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
        await self.flow.async_identify(unique_id)
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
