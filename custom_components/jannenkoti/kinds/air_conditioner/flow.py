"""How an air conditioner is added and changed: the driver first, then the room."""

from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.const import (
    CONF_ENTITY_ID,
    CONF_HOST,
)
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.translation import async_get_translations

from ...const import DOMAIN
from ...lib.progress_page import async_shown
from ...registry import async_import_from_kind
from . import cloud_forms, forms, options_form
from . import options as opt
from .connection_flow import DOCS, ConnectionFlow
from .drivers.connection import (
    AUTO,
    CONF_DEVICE_ID,
    CONF_DRIVER,
    CONF_LOCAL_KEY,
    CONF_VERSION,
    DriverKind,
    devices_of_tuya,
)
from .drivers.tuya.account import CLOUD_DATAPOINTS, CONF_CLOUD

if TYPE_CHECKING:
    import asyncio

    from homeassistant.config_entries import ConfigEntry, ConfigFlowResult

    from ...config_flow import JannenkotiConfigFlow
    from ...flow import Form
    from .drivers.tuya.discovery import Announcement
    from .drivers.tuya.responses import CloudDevice


# Short times, so that it is alive a minute after it was added.
SIMULATION: Final = {
    opt.MINIMUM_ON: 60,
    opt.MINIMUM_OFF: 60,
    opt.POLL_INTERVAL: 5,
    opt.SMOOTHING: 15,
}


class Flow(ConnectionFlow):
    """Driver first, then the room."""

    options_form = options_form.OPTIONS

    def __init__(self, flow: JannenkotiConfigFlow, kind: str) -> None:
        """Initialize without answers."""
        super().__init__(flow, kind)
        self._title = ""
        self._data: dict[str, Any] = {}
        self._options: dict[str, Any] = {}
        self._suggested: dict[str, Any] = {}
        self._devices: list[CloudDevice] = []
        self._scan: asyncio.Task[dict[str, Announcement]] | None = None
        self._found: dict[str, Announcement] = {}

    @classmethod
    @override
    def options_form_of(cls, entry: ConfigEntry) -> Form:
        """Return the form; data points are Tuya's own, and a quota its cloud's."""
        if entry.data[CONF_DRIVER] == DriverKind.SIMULATED:
            return options_form.SIMULATED_OPTIONS
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
        hass = self.flow.hass
        drivers = [DriverKind.ENTITY.value]
        if devices_of_tuya(hass.config_entries.async_loaded_entries(forms.TUYA)):
            drivers.append("tuya_import")
        drivers += ["tuya_scan", DriverKind.TUYA_LAN.value, DriverKind.TUYA_CLOUD.value]
        drivers.append(DriverKind.SIMULATED.value)
        return self.flow.async_show_menu(
            step_id=self.kind,
            menu_options=[f"{self.kind}_{driver}" for driver in drivers],
        )

    async def async_step_simulated(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Add the simulated air conditioner, with its own room."""

        async def async_create(_answers: dict[str, Any]) -> ConfigFlowResult:
            await self.flow.async_identify("simulated_air_conditioner")
            data = {CONF_DRIVER: DriverKind.SIMULATED.value}
            title = await self.async_title_of_step("simulated")
            return self.create_entry(title, data, SIMULATION)

        return await self.async_ask(
            "simulated", forms.CONFIRM, user_input, then=async_create
        )

    async def _async_title(self, device_id: str) -> str:
        """Return the name that a Tuya device has anywhere, else that of the family."""
        if name := self._names().get(device_id):
            return name
        hass = self.flow.hass
        # Before the first entry the texts are not loaded yet.
        texts = await async_get_translations(
            hass, hass.config.language, "config", {DOMAIN}
        )
        path = f"component.{DOMAIN}.config.step.user.menu_options.{self.kind}"
        return self.unused_title(texts[path])

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
            self._title = await self._async_title(answers[CONF_DEVICE_ID])
            return await self._async_found(answers, DriverKind.TUYA_LAN)

        if user_input is not None:
            # A device of ours may accept no second connection, so it is not asked.
            device_id = user_input[CONF_DEVICE_ID].strip()
            await self.flow.async_set_unique_id(device_id)
            self.flow.abort_if_configured()
        return await self.async_ask(
            "tuya_lan",
            forms.TUYA_LAN,
            user_input,
            then=async_next,
            suggested=self._suggested,
            placeholders=DOCS,
        )

    async def _async_found(
        self, answers: dict[str, Any], driver: DriverKind
    ) -> ConfigFlowResult:
        """Ask for what is not clear of the device, then continue with the room."""
        unclear = answers.pop(forms.UNCLEAR)

        async def async_next(parts: dict[str, Any]) -> ConfigFlowResult:
            self._options = {
                key: {**points, **parts} for key, points in self._options.items()
            }
            return await self._async_go_on(answers, driver, answers[CONF_DEVICE_ID])

        return await self.async_ask_parts(unclear, async_next)

    async def async_step_tuya_scan(
        self, _user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Search for Tuya devices that announce themselves on the network."""
        if self._scan is None:
            scan = await async_import_from_kind(
                self.flow.hass, self.kind, "drivers.tuya.discovery"
            )
            self._scan = self.flow.hass.async_create_task(
                async_shown(scan.async_scan()), "Tuya scan", eager_start=False
            )
        if not self._scan.done():
            return self.flow.async_show_progress(
                step_id=f"{self.kind}_tuya_scan",
                progress_action="air_conditioner_tuya_scan",
                progress_task=self._scan,
            )
        finished, self._scan = self._scan, None
        try:
            self._found = finished.result()
        except OSError, RuntimeError:  # no network, or no sockets allowed
            self._found = {}
        step = "tuya_found" if self._found else "tuya_nothing_found"
        return self.flow.async_show_progress_done(next_step_id=f"{self.kind}_{step}")

    async def async_step_tuya_nothing_found(
        self, _user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show that no device was found, and offer other steps."""
        steps = ("tuya_scan", DriverKind.TUYA_LAN.value)
        return self.flow.async_show_menu(
            step_id=f"{self.kind}_tuya_nothing_found",
            menu_options=[f"{self.kind}_{step}" for step in steps],
            description_placeholders=DOCS,
        )

    async def async_step_tuya_found(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask which of the found devices it is."""

        async def async_suggest(answers: dict[str, Any]) -> ConfigFlowResult:
            found = self._found[answers[CONF_DEVICE_ID]]
            self._suggested |= {
                CONF_DEVICE_ID: found.device_id,
                CONF_HOST: found.host,
                CONF_VERSION: found.version or AUTO,
            }
            return await self.async_step_tuya_lan()

        return await self.async_ask(
            "tuya_found",
            forms.found_devices(self._found, self._names()),
            user_input,
            then=async_suggest,
        )

    def _names(self) -> dict[str, str]:
        """Return names of the devices of Home Assistant's Tuya integration."""
        entries = self.flow.hass.config_entries.async_loaded_entries(forms.TUYA)
        return {d.device_id: d.name for d in devices_of_tuya(entries)}

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
            self._title = names.get(device_id) or await self._async_title(device_id)
            found = {**self._data, **answers}
            return await self._async_found(found, DriverKind.TUYA_CLOUD)

        form = cloud_forms.device_form(self._data[CONF_CLOUD], self._devices)
        return await self.async_ask(
            "tuya_cloud_device", form, user_input, then=async_next
        )

    async def async_step_entity(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for an entity of another integration."""

        async def async_next(answers: dict[str, Any]) -> ConfigFlowResult:
            stored = answers[CONF_ENTITY_ID]
            entity_id = er.async_resolve_entity_id(er.async_get(self.flow.hass), stored)
            shown = self.flow.hass.states.get(entity_id or stored)
            self._title = shown.name if shown else stored
            return await self._async_go_on(answers, DriverKind.ENTITY, stored)

        return await self.async_ask("entity", forms.ENTITY, user_input, then=async_next)

    async def _async_go_on(
        self, answers: dict[str, Any], driver: DriverKind, unique_id: str
    ) -> ConfigFlowResult:
        """Keep a tested connection and ask for the room."""
        await self.flow.async_identify(unique_id)
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
