"""The config flow: the certificate is checked before the access code is asked for."""

from typing import TYPE_CHECKING, Any, Final, override
from urllib.parse import urlsplit

from homeassistant.config_entries import SOURCE_REAUTH, SOURCE_RECONFIGURE
from homeassistant.const import CONF_DEVICE_ID
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.service_info.ssdp import SsdpServiceInfo

from ...flow import Form, FormError, KindFlow
from . import adopt_forms, forms
from . import options as opt
from .adopted.roles import CONF_KEY, CONF_NAMES, CONF_ROLES, Role
from .adopted_entity import resolve, roles_of
from .coordinator import make_link
from .job.models import model_of
from .wire import const
from .wire.errors import BadCredentials, PrinterError, Unreachable, Untrusted
from .wire.requests import PORT
from .wire.tls import Certificate, async_probe_certificate

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
    from homeassistant.core import HomeAssistant
    from homeassistant.data_entry_flow import BaseServiceInfo

    from ...flow import EntryFlow

_NOTHING: Final = "-"
_CONNECTION: Final = (
    const.CONF_HOST,
    const.CONF_PORT,
    const.CONF_SERIAL,
    const.CONF_CA,
    const.CONF_FINGERPRINT,
    const.CONF_CAMERA_PORT,
    const.CONF_FILES_PORT,
)


class AdoptFlow(KindFlow):
    """Adopt a printer of another integration, or change its entities."""

    def __init__(self, flow: EntryFlow, kind: str) -> None:
        """Initialize without a device."""
        super().__init__(flow, kind)
        self._device_id: str | None = None

    async def async_step_adopt(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the device of another integration."""

        async def async_continue(answers: dict[str, Any]) -> ConfigFlowResult:
            self._device_id = answers[CONF_DEVICE_ID]
            if self._device_id is not None:
                await self.flow.async_identify(self._device_id)
            return await self.async_step_entities()

        return await self.async_ask(
            "adopt", adopt_forms.DEVICE, user_input, then=async_continue
        )

    async def async_step_entities(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the entities; those that are recognized are filled in."""
        hass, device_id = self.flow.hass, self._device_id or ""
        disabled = adopt_forms.recognized(hass, device_id, disabled=True)
        return await self.async_ask(
            "entities",
            adopt_forms.ENTITIES,
            user_input,
            then=self._async_add,
            suggested=adopt_forms.suggested(adopt_forms.recognized(hass, device_id)),
            placeholders={"disabled": adopt_forms.names_of(hass, disabled) or _NOTHING},
        )

    async def async_step_reconfigure_entities(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for other entities; the printer stays the same."""
        hass, entry = self.flow.hass, self.flow.changed_entry
        current = {
            role: [each for stored in entities if (each := resolve(hass, stored))]
            for role, entities in roles_of(entry.data).items()
        }

        async def async_update(answers: dict[str, Any]) -> ConfigFlowResult:
            answers.pop(Role.CAMERA)
            options = {**entry.options, **_trigger(answers, entry.options)}
            return self.flow.async_update_reload_and_abort(
                entry, data_updates=answers, options=options
            )

        return await self.async_ask(
            "reconfigure_entities",
            adopt_forms.CHANGED_ENTITIES,
            user_input,
            then=async_update,
            suggested=adopt_forms.suggested(current),
            placeholders={"name": entry.title},
        )

    async def _async_add(self, answers: dict[str, Any]) -> ConfigFlowResult:
        """Create the entry; the camera is an option."""
        camera, state = answers.pop(Role.CAMERA), answers[CONF_ROLES][Role.STATE][0]
        key = self._device_id or state
        await self.flow.async_identify(key)
        options = {opt.CAMERA: camera, **_trigger(answers, {})}
        title = self.unused_title(self._title(answers[CONF_NAMES][state]))
        return self.create_entry(title, {CONF_KEY: key, **answers}, options)

    def _title(self, entity_id: str) -> str:
        """Return the name of the device, or of the entity with the state."""
        hass = self.flow.hass
        device = dr.async_get(hass).async_get(self._device_id or "")
        name = None if device is None else device.name_by_user or device.name
        state = hass.states.get(entity_id)
        return name or (entity_id if state is None else state.name)


class Flow(AdoptFlow):
    """Add a printer, or change its address, access code or entities."""

    _data: dict[str, Any]
    """The connection, without the access code."""
    _certificate: Certificate

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask how the printer is connected."""
        return self.flow.async_show_menu(
            step_id=self.kind,
            menu_options=[f"{self.kind}_connect", f"{self.kind}_adopt"],
        )

    async def async_step_connect(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for serial number and address."""

        async def async_continue(data: dict[str, Any]) -> ConfigFlowResult:
            await self.flow.async_set_unique_id(data[const.CONF_SERIAL])
            self.flow.abort_if_configured()
            return await self._async_log_in(data)

        return await self.async_ask(
            "connect", forms.NEW, user_input, then=async_continue
        )

    @override
    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for another address of the same printer, or for other entities."""
        entry = self.flow.changed_entry
        if CONF_ROLES in entry.data:
            return await self.async_step_reconfigure_entities()
        return await self.async_ask(
            "reconfigure",
            forms.address_form(entry.data[const.CONF_SERIAL]),
            user_input,
            then=self._async_log_in,
            suggested=entry.data,
            placeholders={"serial": entry.data[const.CONF_SERIAL]},
        )

    @override
    async def async_step_reauth(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a new access code, or to accept a new certificate."""
        if user_input is None:
            old = self.flow.changed_entry.data
            try:
                found = await async_probe_certificate(
                    old[const.CONF_HOST],
                    old.get(const.CONF_PORT, PORT),
                    old[const.CONF_SERIAL],
                )
            except Unreachable:
                return self.flow.async_abort(reason="printer_cannot_connect")
            if found.name != old[const.CONF_SERIAL]:
                return self.flow.async_abort(reason="printer_other_device")
            self._data = {key: old.get(key) for key in _CONNECTION}
            self._certificate = found
            if self._data[const.CONF_CA] is None:
                self._data[const.CONF_FINGERPRINT] = found.fingerprint
        return await self._async_ask_code("reauth", user_input)

    @override
    async def async_discovered(self, found: BaseServiceInfo) -> ConfigFlowResult:
        """Offer a printer that announces itself."""
        if not isinstance(found, SsdpServiceInfo):
            raise TypeError(found)
        host = _host_of(found)
        serial = (found.ssdp_usn or "").removeprefix("uuid:").partition(":")[0]
        if not host or not serial:
            return self.flow.async_abort(reason="printer_cannot_connect")
        await self.flow.async_set_unique_id(serial)
        self.flow.abort_if_configured({const.CONF_HOST: host})
        answers = {
            const.CONF_HOST: host,
            const.CONF_PORT: PORT,
            const.CONF_SERIAL: serial,
        }
        try:
            data = await forms.async_check_address(answers)
        except FormError:
            return self.flow.async_abort(reason="printer_cannot_connect")
        self.flow.announce(_title(serial))
        return await self._async_log_in(data)

    @classmethod
    @override
    def options_steps(cls, entry: ConfigEntry) -> Mapping[str, Form]:
        """Return the options in three forms."""
        if CONF_ROLES in entry.data:
            return _adopted_options(roles_of(entry.data))
        return {
            "timelapse": forms.TIMELAPSE_OPTIONS,
            "auto_off": forms.AUTO_OFF_OPTIONS,
            "connection": forms.OPTIONS,
        }

    # --- access code -----------------------------------------------------------------

    async def _async_log_in(self, data: dict[str, Any]) -> ConfigFlowResult:
        """Ask for the access code; show the certificate if no CA verifies it."""
        self._data = data
        self._certificate = Certificate(data[const.CONF_FINGERPRINT] or "", None)
        if data[const.CONF_CA] is not None:
            return await self.async_step_login()
        return await self.async_step_trust()

    async def async_step_login(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the access code of a printer whose certificate is verified."""
        return await self._async_ask_code("login", user_input)

    async def async_step_trust(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the access code and to accept the certificate."""
        return await self._async_ask_code("trust", user_input)

    async def _async_ask_code(
        self, step: str, user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        """Ask for the access code."""
        data = self._data
        return await self.async_ask(
            step,
            Form(schema=forms.code_schema, async_check=self._async_check_code),
            user_input,
            then=self._async_finish,
            placeholders={
                "printer": _title(data[const.CONF_SERIAL]),
                "host": data[const.CONF_HOST],
                "fingerprint": self._certificate.shown,
            },
        )

    async def _async_check_code(
        self, hass: HomeAssistant, answers: dict[str, Any]
    ) -> dict[str, Any]:
        """Connect with the access code; raises FormError."""
        code = answers[const.CONF_ACCESS_CODE].strip()
        data = {**self._data, const.CONF_ACCESS_CODE: code}
        try:
            await make_link(hass, data).async_test()
        except BadCredentials:
            raise FormError("printer_invalid_code", const.CONF_ACCESS_CODE) from None
        except Untrusted:
            raise FormError("printer_untrusted") from None
        except PrinterError:
            raise FormError("printer_cannot_connect") from None
        return data

    async def _async_finish(self, data: dict[str, Any]) -> ConfigFlowResult:
        """Create the entry, or change it."""
        if self.flow.source in {SOURCE_REAUTH, SOURCE_RECONFIGURE}:
            return self.flow.async_update_reload_and_abort(
                self.flow.changed_entry, data_updates=data
            )
        return self.create_entry(_title(data[const.CONF_SERIAL]), data, {})


def _adopted_options(roles: Container[Role]) -> Mapping[str, Form]:
    """Return the options of a printer of another integration."""
    by_layer = Role.LAYER in roles
    return {
        **(
            {"timelapse": forms.TIMELAPSE_OPTIONS}
            if by_layer
            else {"timelapse_interval": forms.INTERVAL_OPTIONS}
        ),
        "auto_off": forms.AUTO_OFF_OPTIONS
        if Role.NOZZLE in roles
        else forms.NO_NOZZLE_OPTIONS,
        "adopted": forms.ADOPTED_OPTIONS,
    }


def _title(serial: str) -> str:
    """Return the name of a printer; the last digits distinguish two of one model."""
    return f"{model_of(serial).name} {serial[-3:]}"


def _host_of(found: SsdpServiceInfo) -> str:
    """Return the address of an announcement; Bambu's location is no URL."""
    location = found.ssdp_location or ""
    host = urlsplit(location).hostname if "//" in location else location
    return host or str(found.ssdp_headers.get("_host") or "")


def _trigger(answers: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the trigger of frames, if the one in the options is not possible."""
    default = opt.DEFAULTS[opt.TRIGGER]
    by_layer = options.get(opt.TRIGGER, default) == opt.Trigger.LAYER
    if Role.LAYER in answers[CONF_ROLES] or not by_layer:
        return {}
    return {opt.TRIGGER: opt.Trigger.INTERVAL.value}
