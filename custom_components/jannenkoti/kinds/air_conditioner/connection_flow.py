"""Change the connection of an air conditioner; the device stays the same."""

from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.const import CONF_HOST, CONF_PASSWORD

from ...flow import KindFlow
from . import cloud_forms, forms
from . import options as opt
from .drivers.connection import CONF_DEVICE_ID, CONF_DRIVER, CONF_LOCAL_KEY, DriverKind
from .drivers.tuya.account import (
    CLOUD_DATAPOINTS,
    CONF_ACCESS_SECRET,
    CONF_BASE_URL,
    CONF_CLOUD,
    CONF_REGION,
    REGIONS,
)
from .tuya_parts_form import parts_form, placeholders

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.config_entries import ConfigFlowResult

    from ...flow import EntryFlow, Then

_PAGES = "https://github.com/jannenkoti/jannenkoti/blob/main/docs"
DOCS: Final = {"docs": f"{_PAGES}/air_conditioner-details.md"}
"""The page that explains where ids and keys are found, for links in texts."""

# A form never shows a secret.
_SECRETS = (CONF_LOCAL_KEY, CONF_ACCESS_SECRET, CONF_PASSWORD)


class ConnectionFlow(KindFlow):
    """The steps of reconfiguring and of new credentials."""

    def __init__(self, flow: EntryFlow, kind: str) -> None:
        """Initialize without anything unclear."""
        super().__init__(flow, kind)
        self._unclear: Mapping[str, Any] = {}
        self._then: Then[ConfigFlowResult] = self._async_update

    async def async_ask_parts(
        self, unclear: Mapping[str, Any], then: Then[ConfigFlowResult]
    ) -> ConfigFlowResult:
        """Ask for what was not understood of a Tuya device, if there is anything."""
        if not unclear:
            return await then({})
        self._unclear, self._then = unclear, then
        return await self.async_step_tuya_parts()

    async def async_step_tuya_parts(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for scales and words that were not recognized."""
        return await self.async_ask(
            "tuya_parts",
            parts_form(self._unclear),
            user_input,
            then=self._then,
            placeholders={**placeholders(self._unclear), **DOCS},
        )

    @override
    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what to change; the device stays the same."""
        data = self.flow.changed_entry.data
        if data[CONF_DRIVER] == DriverKind.ENTITY:
            return await self.async_step_reconfigure_entity()
        steps = ["reconfigure_lan", "reconfigure_cloud"]
        if CONF_HOST in data and CONF_CLOUD in data:
            steps.append("forget_cloud")
        return self._menu("reconfigure", steps)

    async def async_step_reconfigure_entity(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for another entity."""
        form = forms.new_entity(self.flow.changed_entry)
        return await self.async_ask(
            "reconfigure_entity", form, user_input, then=self._async_update
        )

    async def async_step_reconfigure_lan(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for address and key, also where there was no local connection."""
        return await self._async_step_lan("reconfigure_lan", user_input)

    async def async_step_reconfigure_cloud(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the account, also where there was no cloud."""
        return await self._async_step_cloud("reconfigure_cloud", user_input)

    async def async_step_forget_cloud(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask, then use only the local network: the account is deleted."""
        if user_input is None:
            return self.flow.async_show_form(step_id=f"{self.kind}_forget_cloud")
        entry = self.flow.changed_entry
        data = {key: value for key, value in entry.data.items() if key != CONF_CLOUD}
        return self.flow.async_update_reload_and_abort(entry, data=data)

    @override
    async def async_step_reauth(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for new credentials of the connections that have any."""
        data = self.flow.changed_entry.data
        if CONF_CLOUD not in data:
            return await self.async_step_reauth_lan()
        if CONF_HOST not in data:
            return await self.async_step_reauth_cloud()
        return self._menu("reauth", ["reauth_lan", "reauth_cloud"])

    async def async_step_reauth_lan(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the new local key, which changes when a device is paired again."""
        return await self._async_step_lan("reauth_lan", user_input)

    async def async_step_reauth_cloud(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the account again."""
        return await self._async_step_cloud("reauth_cloud", user_input)

    def _menu(self, step: str, steps: list[str]) -> ConfigFlowResult:
        return self.flow.async_show_menu(
            step_id=f"{self.kind}_{step}",
            menu_options=[f"{self.kind}_{option}" for option in steps],
        )

    async def _async_step_lan(
        self, step: str, user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        """Ask for another connection in the local network to the same device."""
        entry = self.flow.changed_entry

        async def async_update(answers: dict[str, Any]) -> ConfigFlowResult:
            driver = {CONF_DRIVER: DriverKind.TUYA_LAN.value}
            return await self._async_add(opt.DATAPOINTS, {**answers, **driver})

        return await self.async_ask(
            step,
            forms.new_connection(entry),
            user_input,
            then=async_update,
            suggested=_shown(entry.data),
        )

    async def _async_step_cloud(
        self, step: str, user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        """Ask for an account that has the same device."""
        data = self.flow.changed_entry.data

        async def async_update(answers: dict[str, Any]) -> ConfigFlowResult:
            return await self._async_add(CLOUD_DATAPOINTS, answers)

        return await self.async_ask(
            step,
            cloud_forms.account_form(data[CONF_DEVICE_ID], data.get(CONF_CLOUD, {})),
            user_input,
            then=async_update,
            suggested=_account(data.get(CONF_CLOUD, {})),
        )

    async def _async_add(self, key: str, answers: dict[str, Any]) -> ConfigFlowResult:
        """Finish with a connection; ask for what is unclear of a new one.

        ``key`` is the option with the map of this connection.
        """
        found, unclear = answers.pop(key), answers.pop(forms.UNCLEAR)
        if key in self.flow.changed_entry.options:
            unclear = {}

        async def async_next(parts: dict[str, Any]) -> ConfigFlowResult:
            return await self._async_update(answers, {key: {**found, **parts}})

        return await self.async_ask_parts(unclear, async_next)

    async def _async_update(
        self, data: dict[str, Any], found: Mapping[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Finish with another connection.

        A map that is there stays as it is, for the user may have edited it.
        """
        entry = self.flow.changed_entry
        return self.flow.async_update_reload_and_abort(
            entry, data_updates=data, options={**(found or {}), **entry.options}
        )


def _shown(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a form may show of what is stored."""
    return {key: value for key, value in data.items() if key not in _SECRETS}


def _account(cloud: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form of an account may show; an own address has its own field."""
    shown = _shown(cloud)
    if shown.get(CONF_REGION, "") not in {"", *REGIONS}:
        shown[CONF_BASE_URL] = shown.pop(CONF_REGION)
    return shown
