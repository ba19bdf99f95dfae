"""The config flow: the certificate is read first, then the link button is pressed."""

from typing import TYPE_CHECKING, Any, Final, override

import voluptuous as vol
from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.helpers.selector import TextSelector
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo

from ...flow import Form, FormError, KindFlow
from . import const
from .coordinator import make_link
from .repairs import hue_entry_of
from .wire.errors import (
    BadCredentials,
    ButtonNotPressed,
    HueError,
    Unreachable,
    Untrusted,
)
from .wire.tls import Certificate, async_probe_certificate, split_host

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigFlowResult
    from homeassistant.core import HomeAssistant
    from homeassistant.data_entry_flow import BaseServiceInfo

_LONGEST_NAME: Final = 19
"""Characters of the part of a name of an app that names its device."""
_HTTPS: Final = 443
_IPV4: Final = 4


class Flow(KindFlow):
    """Add a bridge, or change its address or key."""

    _data: dict[str, Any]
    """Address, id and certificate, without the key."""

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the address."""
        form = Form(schema=_host_schema, async_check=_async_check_host)
        return await self.async_ask(
            "user", form, user_input, then=self._async_identified
        )

    @override
    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for another address of the same bridge."""
        entry = self.flow.changed_entry
        return await self.async_ask(
            "reconfigure",
            Form(schema=_host_schema, async_check=self._async_check_new_host),
            user_input,
            then=self._async_changed,
            suggested=entry.data,
        )

    @override
    async def async_step_reauth(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask to press the link button of the same bridge again."""
        if user_input is None:
            old = self.flow.changed_entry.data
            try:
                found = await async_probe_certificate(old[const.CONF_HOST])
            except Unreachable:
                return self.flow.async_abort(reason="hue_bridge_cannot_connect")
            if found.bridge_id != old[const.CONF_BRIDGE_ID]:
                return self.flow.async_abort(reason="hue_bridge_other_device")
            self._data = _data(old[const.CONF_HOST], found)
        return await self._async_link("reauth", user_input)

    @override
    async def async_discovered(self, found: BaseServiceInfo) -> ConfigFlowResult:
        """Offer a bridge that announces itself, or follow it to its new address.

        Anyone in the network can announce anything. So the certificate decides.
        """
        if not isinstance(found, ZeroconfServiceInfo):
            raise TypeError(found)
        if found.ip_address.version != _IPV4:
            return self.flow.async_abort(reason="hue_bridge_cannot_connect")
        usual = found.port in {None, _HTTPS}
        host = found.host if usual else f"{found.host}:{found.port}"
        try:
            certificate = await async_probe_certificate(host)
        except Unreachable:
            return self.flow.async_abort(reason="hue_bridge_cannot_connect")
        bridge_id = certificate.bridge_id
        if bridge_id is None:
            return self.flow.async_abort(reason="hue_bridge_other_device")
        await self.flow.async_set_unique_id(bridge_id)
        for entry in self.flow.entries_of_kind(self.kind):
            same = entry.data[const.CONF_FINGERPRINT] == certificate.fingerprint
            if entry.unique_id == bridge_id and not same:
                return self.flow.async_abort(reason="hue_bridge_other_device")
        self.flow.abort_if_configured({const.CONF_HOST: host})
        if hue_entry_of(self.flow.hass, bridge_id) is not None:
            return self.flow.async_abort(reason="hue_bridge_in_hue")
        self.flow.announce(_title(bridge_id))
        self._data = _data(host, certificate)
        return await self.async_step_link()

    async def async_step_link(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask to press the link button."""
        return await self._async_link("link", user_input)

    async def _async_identified(self, data: dict[str, Any]) -> ConfigFlowResult:
        """Ask for the button, or offer the lights of an entry of `hue`."""
        await self.flow.async_identify(data[const.CONF_BRIDGE_ID])
        self._data = data
        if hue_entry_of(self.flow.hass, data[const.CONF_BRIDGE_ID]) is not None:
            return self.flow.async_show_menu(
                step_id=f"{self.kind}_in_hue",
                menu_options=["light_routine", f"{self.kind}_link"],
            )
        return await self.async_step_link()

    async def async_step_in_hue(
        self, _user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the offer again, as a page does that is loaded again."""
        return await self._async_identified(self._data)

    async def _async_link(
        self, step: str, user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        """Ask to press the link button, and get a key."""
        data = self._data
        certificate = Certificate(data[const.CONF_FINGERPRINT], None)
        return await self.async_ask(
            step,
            Form(
                schema=lambda _hass: vol.Schema({}),
                async_check=self._async_check_button,
            ),
            user_input,
            then=self._async_finish,
            placeholders={
                "bridge": _title(data[const.CONF_BRIDGE_ID]),
                "host": data[const.CONF_HOST],
                "fingerprint": certificate.shown,
            },
        )

    async def _async_check_button(
        self, hass: HomeAssistant, _answers: dict[str, Any]
    ) -> dict[str, Any]:
        """Return the data with a new key; raises FormError."""
        home = hass.config.location_name[:_LONGEST_NAME]
        try:
            key = await make_link(hass, self._data).async_pair(f"jannenkoti#{home}")
            data = {**self._data, const.CONF_KEY: key}
            await make_link(hass, data).async_test()
        except ButtonNotPressed:
            raise FormError("hue_bridge_button_not_pressed") from None
        except Untrusted:
            raise FormError("hue_bridge_untrusted") from None
        except HueError:
            raise FormError("hue_bridge_cannot_connect") from None
        return data

    async def _async_check_new_host(
        self, hass: HomeAssistant, answers: dict[str, Any]
    ) -> dict[str, Any]:
        """Return the new address of the same bridge; raises FormError."""
        old = self.flow.changed_entry.data
        found = await _async_check_host(hass, answers)
        if found[const.CONF_BRIDGE_ID] != old[const.CONF_BRIDGE_ID]:
            raise FormError("hue_bridge_other_bridge", const.CONF_HOST)
        data = {**old, const.CONF_HOST: found[const.CONF_HOST]}
        try:
            await make_link(hass, data).async_test()
        except Untrusted:
            raise FormError("hue_bridge_untrusted", const.CONF_HOST) from None
        except BadCredentials:
            pass  # Home Assistant asks to press the link button once it is reloaded.
        except HueError:
            raise FormError("hue_bridge_cannot_connect", const.CONF_HOST) from None
        return data

    async def _async_changed(self, data: dict[str, Any]) -> ConfigFlowResult:
        """Change the entry."""
        return self.flow.async_update_reload_and_abort(
            self.flow.changed_entry, data_updates=data
        )

    async def _async_finish(self, data: dict[str, Any]) -> ConfigFlowResult:
        """Create the entry, or change it."""
        if self.flow.source == SOURCE_REAUTH:
            return await self._async_changed(data)
        return self.create_entry(_title(data[const.CONF_BRIDGE_ID]), data, {})


def _host_schema(_hass: HomeAssistant) -> vol.Schema:
    """Return the field of the address."""
    return vol.Schema({vol.Required(const.CONF_HOST): TextSelector()})


async def _async_check_host(
    _hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Read the certificate of a device; raises FormError."""
    host = answers[const.CONF_HOST].strip()
    try:
        split_host(host)
        found = await async_probe_certificate(host)
    except Unreachable, ValueError:
        raise FormError("hue_bridge_cannot_connect", const.CONF_HOST) from None
    if found.bridge_id is None:
        raise FormError("hue_bridge_no_bridge", const.CONF_HOST)
    return _data(host, found)


def _data(host: str, certificate: Certificate) -> dict[str, Any]:
    """Return the data of an entry without the key."""
    return {
        const.CONF_HOST: host,
        const.CONF_BRIDGE_ID: certificate.bridge_id,
        const.CONF_FINGERPRINT: certificate.fingerprint,
    }


def _title(bridge_id: str) -> str:
    """Return the name of a bridge; the digits are those on its back."""
    return f"Hue Bridge {bridge_id[-6:].upper()}"
