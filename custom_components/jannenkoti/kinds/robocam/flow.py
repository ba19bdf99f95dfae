"""Config flow of a camera; a frame shows that it works."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, override
from uuid import uuid4

import voluptuous as vol
from homeassistant.const import CONF_HOST, CONF_MAC, CONF_PATH, CONF_PORT
from homeassistant.core import callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.device_registry import format_mac
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    TextSelector,
)
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo

from ...flow import Form, FormError, KindFlow
from . import options as opt
from .wire.connection import Address, async_probe
from .wire.errors import ConnectionProblem, Unreachable
from .wire.protocol import DEFAULT_PATH, DEFAULT_PORT

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigFlowResult
    from homeassistant.core import HomeAssistant
    from homeassistant.data_entry_flow import BaseServiceInfo

# The product, which has the same name in all languages.
_TITLE: Final = "RoboCam"

# The domains of entities that show whether a person is at home.
_PRESENCE: Final = ["person", "device_tracker", "binary_sensor", "input_boolean"]


def _box(least: int, most: int, unit: str | None = None) -> NumberSelector:
    config = NumberSelectorConfig(min=least, max=most, mode=NumberSelectorMode.BOX)
    if unit is not None:
        config["unit_of_measurement"] = unit
    return NumberSelector(config)


def _address_schema(_hass: HomeAssistant) -> vol.Schema:
    return vol.Schema(
        {
            vol.Required(CONF_HOST): TextSelector(),
            vol.Required(CONF_PORT, default=DEFAULT_PORT): _box(1, 65535),
            vol.Required(CONF_PATH, default=DEFAULT_PATH): TextSelector(),
        }
    )


def _options_schema(_hass: HomeAssistant) -> vol.Schema:
    presence = EntitySelector({"filter": [{"domain": _PRESENCE}]})
    return vol.Schema(
        {
            vol.Required(opt.FPS, default=opt.DEFAULTS[opt.FPS]): _box(1, opt.MOST_FPS),
            vol.Required(opt.STAY_CONNECTED, default=False): BooleanSelector(),
            vol.Required(opt.STEP, default=opt.DEFAULTS[opt.STEP]): _box(
                1, opt.LARGEST_STEP, "°"
            ),
            vol.Required(opt.MIRROR, default=True): BooleanSelector(),
            vol.Optional(opt.PRIVACY_ENTITY): presence,
            vol.Required(opt.PARK_X, default=opt.DEFAULTS[opt.PARK_X]): _box(
                -360, 360, "°"
            ),
            vol.Required(opt.PARK_Y, default=opt.DEFAULTS[opt.PARK_Y]): _box(
                -360, 360, "°"
            ),
            vol.Required(
                opt.FRAME_BUFFERS, default=opt.DEFAULTS[opt.FRAME_BUFFERS]
            ): _box(0, opt.MOST_FRAME_BUFFERS),
            vol.Required(opt.VIDEO, default=False): BooleanSelector(),
        }
    )


async def _async_check_address(
    hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Request a frame; return the answers as they are stored."""
    path = answers[CONF_PATH].strip()
    stored = {
        **answers,
        CONF_HOST: answers[CONF_HOST].strip(),
        CONF_PORT: int(answers[CONF_PORT]),
        CONF_PATH: path if path.startswith("/") else f"/{path}",
    }
    try:
        await async_probe(async_get_clientsession(hass), _address(stored))
    except Unreachable as err:
        raise _form_error(err.problem) from err
    return stored


def _address(data: dict[str, Any]) -> Address:
    return Address(host=data[CONF_HOST], port=data[CONF_PORT], path=data[CONF_PATH])


def _form_error(problem: ConnectionProblem) -> FormError:
    """Return a problem as the error beside a field."""
    match problem:
        case ConnectionProblem.WRONG_PATH:
            return FormError("robocam_wrong_path", CONF_PATH)
        case ConnectionProblem.FULL:
            return FormError("robocam_full", CONF_HOST)
        case ConnectionProblem.UNREACHABLE:
            return FormError("robocam_cannot_connect", CONF_HOST)
        case _:
            return FormError("robocam_no_frame", CONF_HOST)


async def _async_check_options(
    _hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Return the options; a field that was emptied loses its value."""
    return {**opt.DEFAULTS, opt.PRIVACY_ENTITY: None, **answers}


async def _async_accept(
    _hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Return answers that are always valid."""
    return answers


ADDRESS: Final = Form(schema=_address_schema, async_check=_async_check_address)
CONFIRM: Final = Form(schema=lambda _hass: vol.Schema({}), async_check=_async_accept)
OPTIONS: Final = Form(schema=_options_schema, async_check=_async_check_options)


class Flow(KindFlow):
    """The steps for a camera that the user enters or the network announces."""

    options_form = OPTIONS
    _found: Found

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the address of a new camera."""

        async def async_create(answers: dict[str, Any]) -> ConfigFlowResult:
            self.flow.abort_if_same(
                {key: answers[key] for key in (CONF_HOST, CONF_PORT, CONF_PATH)}
            )
            # The camera sends nothing that identifies it.
            await self.flow.async_set_unique_id(uuid4().hex)
            return self.create_entry(self.unused_title(_TITLE), answers, {})

        return await self.async_ask("user", ADDRESS, user_input, then=async_create)

    @override
    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the new address of a camera."""
        entry = self.flow.changed_entry

        async def async_update(answers: dict[str, Any]) -> ConfigFlowResult:
            return self.flow.async_update_reload_and_abort(entry, data_updates=answers)

        return await self.async_ask(
            "reconfigure", ADDRESS, user_input, then=async_update, suggested=entry.data
        )

    @override
    async def async_discovered(self, found: BaseServiceInfo) -> ConfigFlowResult:
        """Check whether a device that was discovered is such a camera."""
        self._found = _read(found)
        if self._async_is_known(self._found):
            return self.flow.async_abort(reason="already_configured")
        await self.flow.async_identify(self._found.key)
        try:
            await async_probe(
                async_get_clientsession(self.flow.hass), _address(self._found.data)
            )
        except Unreachable:
            return self.flow.async_abort(reason="robocam_no_camera")
        self.flow.announce(self._found.name)
        return await self.async_step_confirm()

    @callback
    def _async_is_known(self, found: Found) -> bool:
        """Return whether a camera has an entry; update the entry's address."""
        mac, host = found.data.get(CONF_MAC), found.data[CONF_HOST]
        for entry in self.flow.entries_of_kind(self.kind):
            its_mac = entry.data.get(CONF_MAC)
            if its_mac is None or mac is None:
                if entry.data[CONF_HOST] != host:
                    continue
            elif its_mac != mac:
                continue
            changed = {CONF_HOST: host} | ({CONF_MAC: mac} if mac else {})
            if changed.items() - entry.data.items():
                entries = self.flow.hass.config_entries
                entries.async_update_entry(entry, data={**entry.data, **changed})
                entries.async_schedule_reload(entry.entry_id)
            return True
        return False

    async def async_step_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whether to add a camera that was discovered."""
        found = self._found

        async def async_create(_answers: dict[str, Any]) -> ConfigFlowResult:
            return self.create_entry(self.unused_title(found.name), found.data, {})

        return await self.async_ask(
            "confirm",
            CONFIRM,
            user_input,
            then=async_create,
            placeholders={"host": found.data[CONF_HOST]},
        )


@dataclass(frozen=True, kw_only=True)
class Found:
    """A device that was discovered."""

    name: str
    key: str
    """Identifies it: the MAC address, or host and port."""
    data: dict[str, Any]
    """The data of its entry."""


def _read(found: BaseServiceInfo) -> Found:
    """Parse a discovery."""
    data: dict[str, Any] = {CONF_PORT: DEFAULT_PORT, CONF_PATH: DEFAULT_PATH}
    if isinstance(found, DhcpServiceInfo):
        mac = format_mac(found.macaddress)
        data |= {CONF_HOST: found.ip, CONF_MAC: mac}
        return Found(name=found.hostname or found.ip, key=mac, data=data)
    if not isinstance(found, ZeroconfServiceInfo):
        raise TypeError(found)
    data |= {CONF_HOST: found.host, CONF_PORT: found.port or DEFAULT_PORT}
    name = found.name.split(".", 1)[0]
    return Found(name=name, key=f"{found.host}:{data[CONF_PORT]}", data=data)
