"""The forms for Tuya's cloud, with the checks of their answers."""

import time
from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol
from homeassistant.const import CONF_DEVICE_ID, CONF_PASSWORD, CONF_USERNAME
from homeassistant.data_entry_flow import section
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorMode,
    ObjectSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorMode,
    TextSelector,
    TextSelectorType,
)

from ...flow import Form, FormError
from .drivers.driver import (
    BadCredentials,
    CommandRefused,
    DriverError,
    QuotaExhausted,
    SubscriptionExpired,
    Unreachable,
)
from .drivers.tuya import account as ca
from .drivers.tuya.address import is_device_id
from .drivers.tuya.datapoints import CODE, Datapoints, InvalidDatapoints, check_map
from .drivers.tuya.openapi import OpenApi
from .drivers.tuya.specification import recognize_codes
from .forms import UNCLEAR
from .options_form import OPTIONS, TUYA_OPTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.core import HomeAssistant

    from .drivers.tuya.recognition import Recognized
    from .drivers.tuya.responses import CloudDevice

DEVICES: Final = "devices"
"""What the account form passes to the next form: the devices found."""

_PASSWORD = TextSelector({"type": TextSelectorType.PASSWORD})


def _account_schema(_hass: HomeAssistant) -> vol.Schema:
    return vol.Schema(
        {
            vol.Required(ca.CONF_REGION, default="eu"): SelectSelector(
                {
                    "options": list(ca.REGIONS),
                    "mode": SelectSelectorMode.DROPDOWN,
                    "translation_key": "air_conditioner_region",
                }
            ),
            vol.Optional(ca.CONF_BASE_URL): TextSelector(
                {"type": TextSelectorType.URL}
            ),
            vol.Required(ca.CONF_ACCESS_ID): TextSelector(),
            vol.Required(ca.CONF_ACCESS_SECRET): _PASSWORD,
            vol.Optional(CONF_USERNAME): TextSelector(),
            vol.Optional(CONF_PASSWORD): _PASSWORD,
            vol.Optional(ca.CONF_COUNTRY_CODE): TextSelector(),
            vol.Required(ca.CONF_APP, default=next(iter(ca.APPS))): SelectSelector(
                {
                    "options": [
                        SelectOptionDict(value=app, label=name)
                        for app, name in ca.APPS.items()
                    ]
                }
            ),
        }
    )


def _quota_fields(most: float, fewest: float = 1) -> NumberSelector:
    return NumberSelector({"min": fewest, "max": most, "mode": NumberSelectorMode.BOX})


def _cloud_of(
    answers: dict[str, Any], stored: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return what to store of an account: the password only in the form Tuya wants.

    Secrets that were left empty are the stored ones.
    """
    stored = stored or {}
    if address := answers.pop(ca.CONF_BASE_URL, "").strip():
        if ca.base_of(address) is None:
            raise FormError("air_conditioner_bad_region", ca.CONF_BASE_URL)
        answers[ca.CONF_REGION] = address
    if not answers.get(ca.CONF_ACCESS_SECRET, "").strip():
        answers[ca.CONF_ACCESS_SECRET] = stored.get(ca.CONF_ACCESS_SECRET, "")
    kept = (ca.CONF_REGION, ca.CONF_ACCESS_ID, ca.CONF_ACCESS_SECRET, ca.CONF_APP)
    cloud = {key: answers[key].strip() for key in kept}
    if username := answers.get(CONF_USERNAME, "").strip():
        cloud |= {CONF_USERNAME: username, **_login(answers, stored, username)}
    return cloud


def _login(
    answers: Mapping[str, Any], stored: Mapping[str, Any], username: str
) -> dict[str, str]:
    """Return password and country of a user of the app; raises FormError."""
    hashed = ""
    if password := answers.get(CONF_PASSWORD):
        hashed = ca.password_md5(password)
    elif stored.get(CONF_USERNAME) == username:
        hashed = stored.get(ca.CONF_PASSWORD_MD5, "")
    country_code = answers.get(ca.CONF_COUNTRY_CODE, "").strip().lstrip("+0")
    if not hashed or not country_code:
        raise FormError("air_conditioner_incomplete_user", CONF_USERNAME)
    return {ca.CONF_PASSWORD_MD5: hashed, ca.CONF_COUNTRY_CODE: country_code}


def _api(hass: HomeAssistant, cloud: dict[str, Any]) -> OpenApi:
    return OpenApi(async_get_clientsession(hass), ca.account_of(cloud), clock=time.time)


def _form_error(err: DriverError, field: str) -> FormError:
    """Return the error to show beside the field."""
    if isinstance(err, BadCredentials):
        return FormError("air_conditioner_cloud_credentials", ca.CONF_ACCESS_SECRET)
    if isinstance(err, SubscriptionExpired):
        return FormError("air_conditioner_cloud_expired")
    if isinstance(err, QuotaExhausted):
        return FormError("air_conditioner_cloud_exhausted")
    if isinstance(err, Unreachable):
        return FormError("air_conditioner_cloud_unreachable", ca.CONF_REGION)
    code = str(err.args[0]) if err.args else "?"
    return FormError("air_conditioner_cloud_refused", field, code=code)


async def _async_check_account(
    hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Log in; return what to store of the account, with the devices found."""
    cloud = _cloud_of(answers)
    try:
        devices = await _api(hass, cloud).async_devices()
    except DriverError as err:
        raise _form_error(err, "base") from err
    return {ca.CONF_CLOUD: cloud, DEVICES: devices}


async def _async_recognize(
    hass: HomeAssistant, cloud: dict[str, Any], device_id: str
) -> Recognized:
    """Ask for a device; raises FormError if it cannot be used."""
    if not is_device_id(device_id):
        raise FormError("air_conditioner_bad_device_id", CONF_DEVICE_ID)
    api = _api(hass, cloud)
    try:
        status = await api.async_status(device_id)
        try:
            specification = await api.async_specification(device_id)
        except CommandRefused:
            specification = None  # Not all projects may ask; the values do as well.
    except DriverError as err:
        raise _form_error(err, CONF_DEVICE_ID) from err
    found = recognize_codes(specification, status.values)
    try:
        points = Datapoints.parse(found.points, CODE)
        usable = points.decode(status.values) is not None
    except InvalidDatapoints:
        usable = False
    if not usable:
        raise FormError("air_conditioner_no_datapoints")
    return found


ACCOUNT: Final = Form(schema=_account_schema, async_check=_async_check_account)


def device_form(cloud: dict[str, Any], devices: list[CloudDevice]) -> Form:
    """Return the form that asks for the device of an account."""
    choices = [
        # What is picked is shown by its id where another may be typed.
        SelectOptionDict(
            value=device.device_id, label=f"{device.name} ({device.device_id})"
        )
        for device in devices
    ]
    selector = SelectSelector({"options": choices, "custom_value": True})

    async def async_check(
        hass: HomeAssistant, answers: dict[str, Any]
    ) -> dict[str, Any]:
        device_id = answers[CONF_DEVICE_ID].strip()
        if not is_device_id(device_id):
            raise FormError("air_conditioner_bad_device_id", CONF_DEVICE_ID)
        found = await _async_recognize(hass, cloud, device_id)
        return {
            CONF_DEVICE_ID: device_id,
            ca.CLOUD_DATAPOINTS: found.points,
            UNCLEAR: found.unclear,
        }

    schema = vol.Schema({vol.Required(CONF_DEVICE_ID): selector})
    return Form(schema=lambda _hass: schema, async_check=async_check)


def account_form(device_id: str, stored: Mapping[str, Any]) -> Form:
    """Return the form for an account that has to have a certain device.

    ``stored`` is the account so far, if there is one: its secrets may be left empty.
    """

    def schema(hass: HomeAssistant) -> vol.Schema:
        fields = _account_schema(hass).schema
        if not stored:
            return vol.Schema(fields)
        return vol.Schema(
            {
                vol.Optional(str(key)) if key == ca.CONF_ACCESS_SECRET else key: field
                for key, field in fields.items()
            }
        )

    async def async_check(
        hass: HomeAssistant, answers: dict[str, Any]
    ) -> dict[str, Any]:
        cloud = _cloud_of(answers, stored)
        try:
            found = await _async_recognize(hass, cloud, device_id)
        except FormError as err:
            if err.field == CONF_DEVICE_ID:  # This form has no such field.
                err.field = "base"
            raise
        return {
            ca.CONF_CLOUD: cloud,
            ca.CLOUD_DATAPOINTS: found.points,
            UNCLEAR: found.unclear,
        }

    return Form(schema=schema, async_check=async_check)


def with_cloud(form: Form) -> Form:
    """Return a form of options extended by those of the cloud."""

    def schema(hass: HomeAssistant) -> vol.Schema:
        calls = _quota_fields(ca.MOST_CALLS, ca.FEWEST_CALLS)
        day = _quota_fields(ca.LAST_RENEWAL_DAY)
        fields = {
            vol.Required(ca.MONTHLY_CALLS, default=ca.DEFAULT_MONTHLY_CALLS): calls,
            vol.Required(ca.RENEWAL_DAY, default=ca.DEFAULT_RENEWAL_DAY): day,
            vol.Required(ca.CLOUD_DATAPOINTS): ObjectSelector(),
        }
        part = section(vol.Schema(fields), {"collapsed": True})
        return form.schema(hass).extend({vol.Required(ca.CONF_CLOUD): part})

    async def async_check(
        hass: HomeAssistant, answers: dict[str, Any]
    ) -> dict[str, Any]:
        try:
            check_map(answers[ca.CLOUD_DATAPOINTS], CODE)
        except InvalidDatapoints as err:
            raise FormError(
                "air_conditioner_bad_map", ca.CLOUD_DATAPOINTS, part=str(err)
            ) from err
        return await form.async_check(hass, answers)

    return Form(schema=schema, async_check=async_check)


CLOUD_OPTIONS: Final = with_cloud(OPTIONS)
BOTH_OPTIONS: Final = with_cloud(TUYA_OPTIONS)
