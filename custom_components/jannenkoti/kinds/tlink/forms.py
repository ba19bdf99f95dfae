"""The forms of an account, as data."""

from typing import TYPE_CHECKING, Any, Final
from zoneinfo import available_timezones

import voluptuous as vol
from homeassistant.data_entry_flow import section
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    ObjectSelector,
    ObjectSelectorField,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
from homeassistant.util import dt as dt_util

from ...flow import Form, FormError
from . import const
from . import options as opt
from .account.quantity import CLASSES
from .cloud.client import Cloud
from .cloud.endpoints import PROVIDERS, endpoints_of, login_of
from .cloud.errors import (
    BadCredentials,
    CloudRefused,
    Problem,
    Unreachable,
    UserIdMissing,
)
from .push.times import Times

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.core import HomeAssistant

SENDER: Final = "sender"
PLATFORM: Final = "platform"
RELAY: Final = "relay"
CLOUD: Final = "use_cloud"
CHANGE: Final = "change"
SHOW: Final = "show"
_ADVANCED: Final = "advanced"

_PASSWORD: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD))


async def async_accept(_hass: HomeAssistant, answers: dict[str, Any]) -> dict[str, Any]:
    """Accept answers that cannot be wrong."""
    return answers


async def _async_check_cloud(
    hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Log in, and return whose account it is."""
    # Passwords may have spaces at their ends; nothing else has.
    kept = (const.CONF_PASSWORD, const.CONF_CLIENT_SECRET)
    answers = {k: v if k in kept else v.strip() for k, v in answers.items()}
    zone = await dt_util.async_get_time_zone(opt.DEFAULTS[opt.TIME_ZONE])
    assert zone is not None  # noqa: S101 - it is one of the zones that we bring
    cloud = Cloud(
        async_get_clientsession(hass),
        endpoints_of(answers),
        login_of(answers),
        Times(zone),
        dt_util.utcnow,
    )
    try:
        user_id = await cloud.async_user_id()
        await cloud.async_devices()
    except Unreachable as err:
        raise _form_error(err, answers) from None
    except BadCredentials:
        raise FormError("tlink_invalid_auth", const.CONF_PASSWORD) from None
    except UserIdMissing:
        raise FormError("tlink_user_id_missing", const.CONF_OWN_USER_ID) from None
    except CloudRefused as err:
        raise FormError("tlink_refused", reason=str(err)) from None
    return {**answers, const.CONF_USER_ID: user_id}


def _form_error(err: Unreachable, answers: Mapping[str, Any]) -> FormError:
    """Return what the form shows beside the field that names the address."""
    own = answers.get(const.CONF_BASE_URL)
    field = const.CONF_BASE_URL if own else const.CONF_PROVIDER
    match err.problem:
        case Problem.NOT_CONNECTED:
            return FormError("tlink_not_connected", field)
        case Problem.NO_ANSWER:
            return FormError("tlink_no_answer", field)
        case Problem.HTTP_STATUS:
            return FormError("tlink_http_status", field, detail=err.detail)
        case Problem.REDIRECTED:
            return FormError("tlink_redirected", field, detail=err.detail)
        case Problem.UNREADABLE:
            return FormError("tlink_unreadable_answer", field)


def _cloud_schema(_hass: HomeAssistant) -> vol.Schema:
    """Return the fields of the login."""
    provider = SelectSelector(
        {
            "options": list(PROVIDERS),
            "mode": SelectSelectorMode.DROPDOWN,
            "translation_key": "tlink_provider",
        }
    )
    advanced = vol.Schema(
        {
            vol.Optional(const.CONF_BASE_URL): TextSelector(
                TextSelectorConfig(type=TextSelectorType.URL)
            ),
            vol.Optional(const.CONF_OWN_USER_ID): TextSelector(),
        }
    )
    return vol.Schema(
        {
            vol.Required(const.CONF_PROVIDER, default="dtuip"): provider,
            vol.Required(const.CONF_USERNAME): TextSelector(),
            vol.Required(const.CONF_PASSWORD): _PASSWORD,
            vol.Required(const.CONF_CLIENT_ID): TextSelector(),
            vol.Required(const.CONF_CLIENT_SECRET): _PASSWORD,
            vol.Optional(_ADVANCED): section(advanced, {"collapsed": True}),
        }
    )


def _zone_selector() -> SelectSelector:
    """Return the choice of time zones, whose names are the same in all languages."""
    return SelectSelector(
        SelectSelectorConfig(
            options=sorted(_ZONES), mode=SelectSelectorMode.DROPDOWN, sort=True
        )
    )


# Read from disk once, when this module is imported in a thread.
_ZONES: Final = frozenset(available_timezones())


def _number(lowest: float, highest: float, step: float = 1) -> NumberSelector:
    """Return a field for a number."""
    return NumberSelector(
        NumberSelectorConfig(
            min=lowest, max=highest, step=step, mode=NumberSelectorMode.BOX
        )
    )


def _tanks_selector() -> ObjectSelector:
    """Return a list of tanks."""
    length = _number(0.1, 10_000, 0.1)
    return ObjectSelector(
        {
            "fields": {
                opt.SENSOR_ID: ObjectSelectorField(
                    selector=TextSelector(), required=True
                ),
                "radius": ObjectSelectorField(selector=length, required=True),
                "length": ObjectSelectorField(selector=length, required=True),
                "wall": ObjectSelectorField(selector=_number(0, 100, 0.01)),
                "density": ObjectSelectorField(selector=_number(0.01, 25, 0.01)),
            },
            "multiple": True,
            "label_field": opt.SENSOR_ID,
            "translation_key": "tlink_tank",
        }
    )


def _classes_selector() -> ObjectSelector:
    """Return a list of sensors with their device classes."""
    classes = SelectSelector(
        {
            "options": [opt.NO_CLASS, *CLASSES],
            "mode": SelectSelectorMode.DROPDOWN,
            "translation_key": "tlink_device_class",
        }
    )
    return ObjectSelector(
        {
            "fields": {
                opt.SENSOR_ID: ObjectSelectorField(
                    selector=TextSelector(), required=True
                ),
                opt.DEVICE_CLASS: ObjectSelectorField(selector=classes),
                opt.UNIT: ObjectSelectorField(selector=TextSelector()),
            },
            "multiple": True,
            "label_field": opt.SENSOR_ID,
            "description_field": opt.DEVICE_CLASS,
            "translation_key": "tlink_sensor_class",
        }
    )


def _options_schema(_hass: HomeAssistant) -> vol.Schema:
    """Return the fields of the options."""
    default = opt.DEFAULTS
    return vol.Schema(
        {
            vol.Required(
                opt.TIME_ZONE, default=default[opt.TIME_ZONE]
            ): _zone_selector(),
            vol.Required(opt.POLL_INTERVAL, default=default[opt.POLL_INTERVAL]): (
                _number(opt.SHORTEST_POLL, 86_400)
            ),
            vol.Required(opt.SILENCE, default=default[opt.SILENCE]): _number(0, 10_080),
            vol.Required(opt.RETENTION, default=default[opt.RETENTION]): (
                _number(1, 3650)
            ),
            vol.Required(opt.JOURNAL_SIZE, default=default[opt.JOURNAL_SIZE]): (
                _number(1, 100_000)
            ),
            vol.Required(opt.RATE_LIMIT, default=default[opt.RATE_LIMIT]): (
                _number(1, 1_000_000)
            ),
            vol.Optional(opt.TANKS): _tanks_selector(),
            vol.Optional(opt.CLASSES): _classes_selector(),
        }
    )


async def _async_check_options(
    _hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Return the options in the form that `Options.parse` reads."""
    # A field that the user emptied is absent; it must not keep its old value.
    answers = {**opt.DEFAULTS, **answers}
    for tank in answers[opt.TANKS]:
        try:
            opt.tank_of(tank)
        except ValueError:
            sensor = tank[opt.SENSOR_ID]
            raise FormError("tlink_tank_invalid", opt.TANKS, sensor=sensor) from None
    for key in (
        *(opt.POLL_INTERVAL, opt.SILENCE, opt.RETENTION, opt.JOURNAL_SIZE),
        opt.RATE_LIMIT,
    ):
        answers[key] = int(answers[key])
    return answers


def _account_schema(_hass: HomeAssistant) -> vol.Schema:
    """Return the fields of a new account."""
    senders = SelectSelector(
        {
            "options": [PLATFORM, RELAY],
            "mode": SelectSelectorMode.LIST,
            "translation_key": "tlink_sender",
        }
    )
    return vol.Schema(
        {
            vol.Required(
                opt.TIME_ZONE, default=opt.DEFAULTS[opt.TIME_ZONE]
            ): _zone_selector(),
            vol.Required(SENDER, default=PLATFORM): senders,
            vol.Required(CLOUD, default=True): BooleanSelector(),
        }
    )


def change_form(*, signed: bool, rotating: bool) -> Form:
    """Return what can be changed of the current connection; at first nothing is."""
    possible = {
        SHOW: True,
        "new_secret": True,
        "end_rotation": rotating,
        "unsigned": signed,
        "new_address": True,
        "cloud": True,
    }
    choices = SelectSelector(
        {
            "options": [change for change, can_be in possible.items() if can_be],
            "mode": SelectSelectorMode.LIST,
            "translation_key": "tlink_change",
        }
    )
    schema = vol.Schema({vol.Required(CHANGE, default=SHOW): choices})
    return Form(schema=lambda _hass: schema, async_check=async_accept)


ACCOUNT_FORM: Final = Form(schema=_account_schema, async_check=async_accept)
CLOUD_FORM: Final = Form(schema=_cloud_schema, async_check=_async_check_cloud)
CONFIRM_FORM: Final = Form(
    schema=lambda _hass: vol.Schema({}), async_check=async_accept
)
OPTIONS_FORM: Final = Form(schema=_options_schema, async_check=_async_check_options)
