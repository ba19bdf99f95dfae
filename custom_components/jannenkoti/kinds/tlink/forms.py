"""The forms of an account, as data."""

from typing import TYPE_CHECKING, Any, Final
from zoneinfo import available_timezones

import voluptuous as vol
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
from . import const, guess
from . import options as opt
from .cloud.client import BadCredentials, Cloud, Login, Refused, Unreachable
from .cloud.endpoints import PROVIDERS, endpoints_of
from .times import Times

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

NAME: Final = "name"
SIGNED: Final = "signed"
CLOUD: Final = "use_cloud"
CHANGE: Final = "change"

_PASSWORD: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD))


async def async_accept(_hass: HomeAssistant, answers: dict[str, Any]) -> dict[str, Any]:
    """Take answers that cannot be wrong."""
    return answers


async def _async_check_account(
    _hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """See that there is a name."""
    if not (name := answers[NAME].strip()):
        raise FormError("tlink_name_missing", NAME)
    return {**answers, NAME: name}


async def _async_check_cloud(
    hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Log in, and see whose account it is."""
    zone = await dt_util.async_get_time_zone(opt.DEFAULTS[opt.TIME_ZONE])
    assert zone is not None  # noqa: S101 - it is one of the zones that we bring
    cloud = Cloud(
        async_get_clientsession(hass),
        endpoints_of(answers),
        Login(
            username=answers[const.CONF_USERNAME],
            password=answers[const.CONF_PASSWORD],
            client_id=answers[const.CONF_CLIENT_ID],
            client_secret=answers[const.CONF_CLIENT_SECRET],
        ),
        Times(zone),
        dt_util.utcnow,
    )
    try:
        user_id = await cloud.async_user_id()
        await cloud.async_devices()
    except Unreachable as err:
        field = const.CONF_BASE_URL
        raise FormError("tlink_cannot_connect", field, reason=str(err)) from None
    except BadCredentials:
        raise FormError("tlink_invalid_auth", const.CONF_PASSWORD) from None
    except Refused as err:
        raise FormError("tlink_refused", reason=str(err)) from None
    return {**answers, const.CONF_USER_ID: user_id}


def _cloud_schema(_hass: HomeAssistant) -> vol.Schema:
    """Return the fields of the login."""
    provider = SelectSelector(
        {
            "options": list(PROVIDERS),
            "mode": SelectSelectorMode.DROPDOWN,
            "translation_key": "tlink_provider",
        }
    )
    return vol.Schema(
        {
            vol.Required(const.CONF_PROVIDER, default="dtuip"): provider,
            vol.Optional(const.CONF_BASE_URL): TextSelector(
                TextSelectorConfig(type=TextSelectorType.URL)
            ),
            vol.Required(const.CONF_USERNAME): TextSelector(),
            vol.Required(const.CONF_PASSWORD): _PASSWORD,
            vol.Required(const.CONF_CLIENT_ID): TextSelector(),
            vol.Required(const.CONF_CLIENT_SECRET): _PASSWORD,
        }
    )


def _zone_selector() -> SelectSelector:
    """Return the choice of time zones; their names are the same everywhere."""
    return SelectSelector(
        SelectSelectorConfig(
            options=sorted(_ZONES), mode=SelectSelectorMode.DROPDOWN, sort=True
        )
    )


# Read from the disk once, when this module is imported in a thread.
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
            "options": [opt.NO_CLASS, *guess.CLASSES],
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
                opt.DEVICE_CLASS: ObjectSelectorField(selector=classes, required=True),
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
    """Bring the options into the form that `Options.parse` reads."""
    # A field that the user emptied is absent; it shall not keep its old value.
    answers = {**opt.DEFAULTS, **answers}
    for tank in answers[opt.TANKS]:
        try:
            opt.tank_of(tank)
        except ValueError:
            sensor = tank[opt.SENSOR_ID]
            raise FormError("tlink_tank_invalid", opt.TANKS, sensor=sensor) from None
    for key in (opt.POLL_INTERVAL, opt.SILENCE, opt.RETENTION, opt.RATE_LIMIT):
        answers[key] = int(answers[key])
    return answers


def _account_schema(_hass: HomeAssistant) -> vol.Schema:
    """Return the fields of a new account."""
    return vol.Schema(
        {
            vol.Required(NAME): TextSelector(),
            vol.Required(
                opt.TIME_ZONE, default=opt.DEFAULTS[opt.TIME_ZONE]
            ): _zone_selector(),
            vol.Required(SIGNED, default=True): BooleanSelector(),
            vol.Required(CLOUD, default=True): BooleanSelector(),
        }
    )


def change_form(*, signed: bool, rotating: bool) -> Form:
    """Return what can be changed of the connection as it is."""
    possible = {
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
    schema = vol.Schema({vol.Required(CHANGE): choices})
    return Form(schema=lambda _hass: schema, async_check=async_accept)


ACCOUNT_FORM: Final = Form(schema=_account_schema, async_check=_async_check_account)
CLOUD_FORM: Final = Form(schema=_cloud_schema, async_check=_async_check_cloud)
CONFIRM_FORM: Final = Form(
    schema=lambda _hass: vol.Schema({}), async_check=async_accept
)
OPTIONS_FORM: Final = Form(schema=_options_schema, async_check=_async_check_options)
