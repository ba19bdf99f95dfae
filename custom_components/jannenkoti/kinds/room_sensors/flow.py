"""Config flow of a receiver: the credentials for the boards."""

import secrets
from typing import TYPE_CHECKING, Any, Final, override

import voluptuous as vol
from homeassistant.components import webhook
from homeassistant.helpers.network import NoURLAvailableError, get_url
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    ObjectSelector,
    TextSelector,
    TextSelectorConfig,
)

from ...flow import Form, FormError, KindFlow
from . import options as opt
from .model import location_name
from .options import CONF_API_KEY, CONF_WEBHOOK_ID
from .receiver.allow_list import parse_source
from .receiver.api_key import new_api_key
from .view import API_PATH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.config_entries import ConfigEntry, ConfigFlowResult
    from homeassistant.core import HomeAssistant

_NEW_KEY: Final = "new_key"


def _new_credentials() -> dict[str, str]:
    """Return a new webhook id and API key."""
    return {
        CONF_WEBHOOK_ID: webhook.async_generate_id(),
        CONF_API_KEY: new_api_key(),
    }


def _addresses(hass: HomeAssistant, webhook_id: str) -> dict[str, str]:
    """Return the addresses for boards; only the paths if Home Assistant has no URL."""
    try:
        base = get_url(hass, prefer_external=False, allow_cloud=False)
    except NoURLAvailableError:
        base = ""
    return {
        "webhook_url": f"{base}{webhook.async_generate_path(webhook_id)}",
        "api_url": f"{base}{API_PATH}",
    }


def _credentials(hass: HomeAssistant, data: Mapping[str, Any]) -> dict[str, str]:
    """Return what the user has to enter into a board."""
    addresses = _addresses(hass, data[CONF_WEBHOOK_ID])
    return {**addresses, "api_key": data[CONF_API_KEY]}


async def _async_accept(
    _hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Return answers that are always valid."""
    return answers


async def _async_check_options(
    _hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Return the options as `Options.parse` reads them; raises FormError."""
    # A field that the user emptied is absent, and must not keep its old value.
    answers = {**opt.DEFAULTS, **answers}
    _check_lengths(answers)
    locations = [_checked_location(at, opt.LOCATIONS) for at in answers[opt.LOCATIONS]]
    if answers[opt.ONLY_LISTED] and not locations:
        raise FormError(key="room_sensors_locations_missing", field=opt.LOCATIONS)
    return {
        **answers,
        opt.LOCATIONS: locations,
        opt.OFFSETS: _checked_offsets(answers[opt.OFFSETS]),
        opt.ALLOWED: [_checked_source(source) for source in answers[opt.ALLOWED]],
        opt.RATE_LIMIT: int(answers[opt.RATE_LIMIT]),
        opt.DEFAULT_LOCATION: _checked_location(
            answers[opt.DEFAULT_LOCATION], opt.DEFAULT_LOCATION
        ),
    }


def _check_lengths(answers: dict[str, Any]) -> None:
    """Raise FormError if a list is too long."""
    for field in (opt.LOCATIONS, opt.ALLOWED):
        if len(answers[field]) > opt.MOST_LISTED:
            raise FormError(
                key="room_sensors_list_too_long", field=field, most=str(opt.MOST_LISTED)
            )


def _checked_location(location: str, field: str) -> str:
    """Return the name of a location in its one spelling; raises FormError."""
    if (name := location_name(location)) is None:
        raise FormError(key="room_sensors_location_invalid", field=field)
    return name


def _checked_source(source: str) -> str:
    """Return a valid entry of the allow list; raises FormError."""
    try:
        parse_source(source)
    except ValueError:
        raise FormError(
            key="room_sensors_source_invalid", field=opt.ALLOWED, source=source
        ) from None
    return source.strip()


def _checked_offsets(offsets: object) -> dict[str, dict[str, float]]:
    """Return the offsets, each with both quantities; raises FormError."""
    try:
        parsed = opt.parse_offsets(offsets)
    except ValueError as err:
        raise FormError(
            key="room_sensors_offsets_invalid", field=opt.OFFSETS, location=str(err)
        ) from None
    return {
        location: {"temperature": offset.temperature, "humidity": offset.humidity}
        for location, offset in parsed.items()
    }


def _options_schema(_hass: HomeAssistant) -> vol.Schema:
    """Return the fields of the options."""
    several_texts = TextSelector(TextSelectorConfig(multiple=True))
    per_minute = NumberSelectorConfig(
        min=1, max=6000, step=1, mode=NumberSelectorMode.BOX
    )
    return vol.Schema(
        {
            vol.Required(opt.ONLY_LISTED, default=False): BooleanSelector(),
            vol.Optional(opt.LOCATIONS): several_texts,
            vol.Optional(opt.OFFSETS): ObjectSelector(),
            vol.Optional(opt.ALLOWED): several_texts,
            vol.Required(
                opt.RATE_LIMIT, default=opt.DEFAULTS[opt.RATE_LIMIT]
            ): NumberSelector(per_minute),
            vol.Required(opt.LOCAL_ONLY, default=True): BooleanSelector(),
            vol.Required(
                opt.DEFAULT_LOCATION, default=opt.DEFAULTS[opt.DEFAULT_LOCATION]
            ): TextSelector(),
        }
    )


_CONFIRM: Final = Form(schema=lambda _hass: vol.Schema({}), async_check=_async_accept)
_NEW_KEY_FORM: Final = Form(
    schema=lambda _hass: vol.Schema(
        {vol.Required(_NEW_KEY, default=False): BooleanSelector()}
    ),
    async_check=_async_accept,
)


class Flow(KindFlow):
    """Set up a receiver, and show or replace its credentials."""

    options_form = Form(schema=_options_schema, async_check=_async_check_options)

    _data: dict[str, str] | None = None

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show what to enter into the boards, then create the receiver."""
        data = self._data = self._data or _new_credentials()

        async def async_create(_answers: dict[str, Any]) -> ConfigFlowResult:
            # The id does not depend on the credentials.
            await self.flow.async_set_unique_id(secrets.token_hex(8))
            title = await self.async_title_of_step("user")
            return self.create_entry(self.unused_title(title), data, dict(opt.DEFAULTS))

        return await self.async_ask(
            "user",
            _CONFIRM,
            user_input,
            then=async_create,
            placeholders=_credentials(self.flow.hass, data),
        )

    @override
    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the credentials again and offer new ones."""
        data = self.flow.changed_entry.data
        return await self.async_ask(
            "reconfigure",
            _NEW_KEY_FORM,
            user_input,
            then=self._async_asked_for_new,
            placeholders=_credentials(self.flow.hass, data),
        )

    async def async_step_new_credentials(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the new credentials, which become valid with the next step."""
        data = self._data = self._data or _new_credentials()

        async def async_replace(_answers: dict[str, Any]) -> ConfigFlowResult:
            return self.flow.async_update_reload_and_abort(
                self.flow.changed_entry, data_updates=data
            )

        return await self.async_ask(
            "new_credentials",
            _CONFIRM,
            user_input,
            then=async_replace,
            placeholders=_credentials(self.flow.hass, data),
        )

    @staticmethod
    @override
    def options_placeholders(
        hass: HomeAssistant, entry: ConfigEntry
    ) -> Mapping[str, str]:
        """Return the addresses for boards."""
        return _addresses(hass, entry.data[CONF_WEBHOOK_ID])

    async def _async_asked_for_new(self, answers: dict[str, Any]) -> ConfigFlowResult:
        """Create new credentials, or keep the old ones."""
        if not answers[_NEW_KEY]:
            return self.flow.async_abort(reason="reconfigure_successful")
        return await self.async_step_new_credentials()
