"""The flow of a camera: where it is, seen by a picture that it sends."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, override
from uuid import uuid4

import voluptuous as vol
from homeassistant.const import CONF_HOST, CONF_MAC, CONF_NAME, CONF_PATH, CONF_PORT
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
from .connection import Address, async_probe
from .errors import Problem, Unreachable
from .protocol import DEFAULT_PATH, DEFAULT_PORT

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigFlowResult
    from homeassistant.core import HomeAssistant
    from homeassistant.data_entry_flow import BaseServiceInfo

# Rooms, people's phones and helpers tell whether somebody is at home.
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


def _new_schema(hass: HomeAssistant) -> vol.Schema:
    name = {vol.Required(CONF_NAME): TextSelector()}
    return vol.Schema(name).extend(_address_schema(hass).schema)


def _name_schema(_hass: HomeAssistant) -> vol.Schema:
    return vol.Schema({vol.Required(CONF_NAME): TextSelector()})


def _options_schema(_hass: HomeAssistant) -> vol.Schema:
    presence = EntitySelector({"filter": [{"domain": _PRESENCE}]})
    return vol.Schema(
        {
            vol.Required(opt.FPS, default=opt.DEFAULTS[opt.FPS]): _box(1, opt.MOST_FPS),
            vol.Required(opt.STAY_CONNECTED, default=False): BooleanSelector(),
            vol.Required(opt.STEP, default=opt.DEFAULTS[opt.STEP]): _box(
                1, opt.LARGEST_STEP, "°"
            ),
            vol.Optional(opt.FOLLOWED): presence,
            vol.Required(opt.PARK_X, default=opt.DEFAULTS[opt.PARK_X]): _box(
                -360, 360, "°"
            ),
            vol.Required(opt.PARK_Y, default=opt.DEFAULTS[opt.PARK_Y]): _box(
                -360, 360, "°"
            ),
        }
    )


async def _async_see(hass: HomeAssistant, answers: dict[str, Any]) -> dict[str, Any]:
    """Take a picture; the answers come back as they are kept."""
    path = answers[CONF_PATH].strip()
    kept = {
        **answers,
        CONF_HOST: answers[CONF_HOST].strip(),
        CONF_PORT: int(answers[CONF_PORT]),
        CONF_PATH: path if path.startswith("/") else f"/{path}",
    }
    try:
        await async_probe(async_get_clientsession(hass), _address(kept))
    except Unreachable as err:
        raise _said(err.problem) from err
    return kept


def _address(data: dict[str, Any]) -> Address:
    return Address(host=data[CONF_HOST], port=data[CONF_PORT], path=data[CONF_PATH])


def _said(problem: Problem) -> FormError:
    """Return a problem as what is said beside a field."""
    match problem:
        case Problem.WRONG_PATH:
            return FormError("robocam_wrong_path", CONF_PATH)
        case Problem.FULL:
            return FormError("robocam_full", CONF_HOST)
        case Problem.SILENT | Problem.NO_PICTURE | Problem.TOO_LARGE:
            return FormError("robocam_no_picture", CONF_HOST)
        case Problem.UNREACHABLE:
            return FormError("robocam_cannot_connect", CONF_HOST)


async def _async_accept(
    _hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Keep what cannot be wrong; a field that was emptied does not keep its value."""
    return {**opt.DEFAULTS, opt.FOLLOWED: None, **answers}


async def _async_pass(_hass: HomeAssistant, answers: dict[str, Any]) -> dict[str, Any]:
    return answers


NEW: Final = Form(schema=_new_schema, async_check=_async_see)
ADDRESS: Final = Form(schema=_address_schema, async_check=_async_see)
NAME: Final = Form(schema=_name_schema, async_check=_async_pass)
OPTIONS: Final = Form(schema=_options_schema, async_check=_async_accept)


class Flow(KindFlow):
    """Where the camera is, by hand or as the network announced it."""

    options_form = OPTIONS
    _found: Found

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a new camera."""

        async def async_create(answers: dict[str, Any]) -> ConfigFlowResult:
            self.flow.abort_if_same(
                {key: answers[key] for key in (CONF_HOST, CONF_PORT, CONF_PATH)}
            )
            title = answers.pop(CONF_NAME)
            # Nothing that the camera says tells it from another.
            await self.flow.async_set_unique_id(uuid4().hex)
            return self.create_entry(title, answers, {})

        return await self.async_ask("user", NEW, user_input, then=async_create)

    @override
    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask where the camera is now."""
        entry = self.flow.changed_entry

        async def async_update(answers: dict[str, Any]) -> ConfigFlowResult:
            return self.flow.async_update_reload_and_abort(entry, data_updates=answers)

        return await self.async_ask(
            "reconfigure", ADDRESS, user_input, then=async_update, suggested=entry.data
        )

    @override
    async def async_discovered(self, found: BaseServiceInfo) -> ConfigFlowResult:
        """Look whether something new in the network is such a camera."""
        self._found = _read(found)
        if self._async_is_known(self._found):
            return self.flow.async_abort(reason="already_configured")
        await self.flow.async_set_unique_id(self._found.key)
        self.flow.abort_if_configured()
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
        """Say whether a camera has an entry, and let that follow it to its address."""
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
        """Ask for the name of a camera that was found."""
        found = self._found

        async def async_create(answers: dict[str, Any]) -> ConfigFlowResult:
            return self.create_entry(answers[CONF_NAME], found.data, {})

        return await self.async_ask(
            "confirm",
            NAME,
            user_input,
            then=async_create,
            suggested={CONF_NAME: found.name},
            placeholders={"host": found.data[CONF_HOST]},
        )


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the network announced."""

    name: str
    key: str
    """What tells it from others: its hardware address, or where it is."""
    data: dict[str, Any]
    """What its entry would keep."""


def _read(found: BaseServiceInfo) -> Found:
    """Read an announcement."""
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
