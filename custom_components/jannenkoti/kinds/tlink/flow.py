"""The config flow of an account: who sends, then the login to the cloud if wanted."""

import secrets
from typing import TYPE_CHECKING, Any, Final, override

from ...const import DOMAIN
from ...flow import Form, FormError, KindFlow
from . import const, forms
from . import options as opt
from .push.signature import new_secret, new_token
from .repairs import push_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
    from homeassistant.core import HomeAssistant


_NOTHING: Final = "-"


class Flow(KindFlow):
    """Set up an account, show its address, and change either."""

    options_form = forms.OPTIONS_FORM

    _answers: dict[str, Any]
    _data: dict[str, Any]

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the time zone, who sends, and whether to use the cloud."""
        return await self.async_ask(
            "user", forms.ACCOUNT_FORM, user_input, then=self._async_described
        )

    async def async_step_cloud(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the login to the cloud."""
        return await self.async_ask(
            "cloud", forms.CLOUD_FORM, user_input, then=self._async_logged_in
        )

    async def async_step_push(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show what to enter at the platform."""
        return await self.async_ask(
            "push",
            forms.CONFIRM_FORM,
            user_input,
            then=self._async_create,
            placeholders=_shown(self.flow.hass, self._data),
        )

    @override
    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show address and secret, and ask what to change."""
        data = self.flow.changed_entry.data
        form = forms.change_form(
            signed=bool(data[const.CONF_SECRET]),
            rotating=bool(data.get(const.CONF_OLD_SECRET)),
        )
        return await self.async_ask(
            "reconfigure",
            form,
            user_input,
            then=self._async_change,
            placeholders=_shown(self.flow.hass, data),
        )

    async def async_step_changed(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show what is new; it is valid when the user has seen it."""
        return await self.async_ask(
            "changed",
            forms.CONFIRM_FORM,
            user_input,
            then=self._async_replace,
            placeholders=_shown(self.flow.hass, self._data),
        )

    async def async_step_login(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for another login to the cloud."""
        return await self._async_ask_login("login", user_input)

    @override
    async def async_step_reauth(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a new login after the old one was rejected."""
        return await self._async_ask_login("reauth", user_input)

    async def _async_ask_login(
        self, step: str, user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        """Ask for a login to the same account."""
        present = self.flow.changed_entry.data.get(const.CONF_CLOUD) or {}
        suggested = {
            key: value
            for key, value in present.items()
            if key not in {const.CONF_PASSWORD, const.CONF_CLIENT_SECRET}
        }
        wanted = present.get(const.CONF_USER_ID)

        async def async_check(
            hass: HomeAssistant, answers: dict[str, Any]
        ) -> dict[str, Any]:
            kept = await forms.CLOUD_FORM.async_check(hass, answers)
            if wanted is not None and kept[const.CONF_USER_ID] != wanted:
                raise FormError("tlink_other_account", const.CONF_USERNAME)
            return kept

        return await self.async_ask(
            step,
            Form(schema=forms.CLOUD_FORM.schema, async_check=async_check),
            user_input,
            then=self._async_relogged_in,
            suggested=suggested,
        )

    @staticmethod
    @override
    def options_placeholders(
        hass: HomeAssistant, entry: ConfigEntry
    ) -> Mapping[str, str]:
        """Return where to push."""
        return {"address": push_url(hass, entry.data[const.CONF_TOKEN])}

    async def _async_described(self, answers: dict[str, Any]) -> ConfigFlowResult:
        """Create address and secret, then continue with the cloud or without."""
        self._answers = answers
        self._data = {
            const.CONF_TOKEN: new_token(),
            const.CONF_SECRET: (
                new_secret() if answers[forms.SENDER] == forms.RELAY else ""
            ),
        }
        if answers[forms.CLOUD]:
            return await self.async_step_cloud()
        await self.flow.async_set_unique_id(secrets.token_hex(8))
        return await self.async_step_push()

    async def _async_logged_in(self, login: dict[str, Any]) -> ConfigFlowResult:
        """Continue with an account that has no entry yet."""
        identity = f"{login[const.CONF_PROVIDER]}_{login[const.CONF_USER_ID]}"
        await self.flow.async_identify(identity)
        self._data[const.CONF_CLOUD] = login
        return await self.async_step_push()

    async def _async_create(self, _answers: dict[str, Any]) -> ConfigFlowResult:
        """Create the account."""
        options = {**opt.DEFAULTS, opt.TIME_ZONE: self._answers[opt.TIME_ZONE]}
        cloud = self._data.get(const.CONF_CLOUD)
        title = f"TLINK {cloud[const.CONF_USERNAME]}" if cloud else self._free_title()
        return self.create_entry(title, self._data, options)

    def _free_title(self) -> str:
        """Return a title that no other account has: TLINK, TLINK 2 and so on."""
        taken = {
            entry.title for entry in self.flow.hass.config_entries.async_entries(DOMAIN)
        }
        number = 1
        while (title := "TLINK" if number == 1 else f"TLINK {number}") in taken:
            number += 1
        return title

    async def _async_change(self, answers: dict[str, Any]) -> ConfigFlowResult:
        """Prepare a change and show it; by default nothing changes."""
        data = dict(self.flow.changed_entry.data)
        match answers[forms.CHANGE]:
            case forms.SHOW:
                return self.flow.async_abort(reason="tlink_nothing_changed")
            case "new_secret":
                data[const.CONF_OLD_SECRET] = data[const.CONF_SECRET]
                data[const.CONF_SECRET] = new_secret()
            case "end_rotation":
                data[const.CONF_OLD_SECRET] = ""
            case "unsigned":
                data[const.CONF_SECRET] = data[const.CONF_OLD_SECRET] = ""
            case "new_address":
                data[const.CONF_TOKEN] = new_token()
            case _:
                return await self.async_step_login()
        self._data = data
        return await self.async_step_changed()

    async def _async_replace(self, _answers: dict[str, Any]) -> ConfigFlowResult:
        """Replace the connection."""
        return self.flow.async_update_reload_and_abort(
            self.flow.changed_entry, data_updates=self._data
        )

    async def _async_relogged_in(self, login: dict[str, Any]) -> ConfigFlowResult:
        """Replace the login."""
        return self.flow.async_update_reload_and_abort(
            self.flow.changed_entry, data_updates={const.CONF_CLOUD: login}
        )


def _shown(hass: HomeAssistant, data: Mapping[str, Any]) -> dict[str, str]:
    """Return what to enter at the platform."""
    return {
        "address": push_url(hass, data[const.CONF_TOKEN]),
        "secret": data[const.CONF_SECRET] or _NOTHING,
        "old_secret": data.get(const.CONF_OLD_SECRET) or _NOTHING,
    }
