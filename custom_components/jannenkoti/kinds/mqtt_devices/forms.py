"""The forms of the flows as data."""

from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol
from homeassistant.components import mqtt
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
)
from homeassistant.helpers.translation import async_get_cached_translations

from ...const import CONF_KIND, DOMAIN
from ...flow import Form, FormError
from . import options as opt
from .claims.claim import Claim, NotAClaim, parse_claim
from .const import (
    CONF_NAME,
    CONF_TOPIC,
    KIND_NAME,
)
from .devices.device_types import (
    DEVICE_TYPES,
    device_type_of,
)

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from .claims.unclaimed import UnclaimedDevice
    from .coordinator import MqttDevices

NEW_TOKEN: Final = "new_token"  # noqa: S105 - a checkbox
DEVICE_FIELD: Final = "device"
_TEMPLATES: Final = "mqtt_devices_template"
QR_TEXT: Final = "qr_text"
TEMPLATE: Final = "template"


async def _async_accept(
    _hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Return answers that cannot be wrong."""
    return answers


async def _async_check_entry(
    hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Check that the broker responds and that no other entry has the topic."""
    name, topic = answers[CONF_NAME].strip(), answers[CONF_TOPIC].strip()
    if not name:
        raise FormError(key="mqtt_devices_name_missing", field=CONF_NAME)
    check_topic(hass, topic)
    if not await mqtt.async_wait_for_mqtt_client(hass):
        raise FormError(key="mqtt_devices_no_broker")
    return {CONF_NAME: name, CONF_TOPIC: topic}


def check_topic(hass: HomeAssistant, topic: str, own: str | None = None) -> None:
    """Check that a topic can be subscribed to, and that no other entry has it."""
    if not opt.is_topic(topic):
        raise FormError(key="mqtt_devices_topic_invalid", field=CONF_TOPIC)
    for entry in hass.config_entries.async_entries(DOMAIN, include_ignore=False):
        is_other = entry.data[CONF_KIND] == KIND_NAME and entry.entry_id != own
        if is_other and entry.data[CONF_TOPIC] == topic:
            raise FormError(key="mqtt_devices_topic_taken", field=CONF_TOPIC)


async def _async_check_options(
    _hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Check that every device has a command topic of its own."""
    # A field that the user emptied is absent; it must not keep its old value.
    answers = {**opt.DEFAULTS, **answers}
    topic = answers[opt.COMMAND_TOPIC].strip()
    if not opt.is_command_topic(topic):
        raise FormError(
            key="mqtt_devices_command_topic_invalid", field=opt.COMMAND_TOPIC
        )
    return {
        **answers,
        opt.COMMAND_TOPIC: topic,
        opt.MESSAGE_LIMIT: int(answers[opt.MESSAGE_LIMIT]),
        opt.REQUEST_LIMIT: int(answers[opt.REQUEST_LIMIT]),
    }


def _options_schema(_hass: HomeAssistant) -> vol.Schema:
    """Return the fields of the options."""
    per_minute = NumberSelector(
        NumberSelectorConfig(min=1, max=100_000, step=1, mode=NumberSelectorMode.BOX)
    )
    return vol.Schema(
        {
            vol.Required(opt.DISCOVERY, default=True): BooleanSelector(),
            vol.Optional(opt.COMMAND_TOPIC): TextSelector(),
            vol.Required(
                opt.MESSAGE_LIMIT, default=opt.DEFAULTS[opt.MESSAGE_LIMIT]
            ): per_minute,
            vol.Required(
                opt.REQUEST_LIMIT, default=opt.DEFAULTS[opt.REQUEST_LIMIT]
            ): per_minute,
            vol.Required(opt.LOCAL_ONLY, default=True): BooleanSelector(),
        }
    )


def _template_schema(_hass: HomeAssistant) -> vol.Schema:
    """Return what can be simulated."""
    templates = SelectSelectorConfig(
        options=[profile.name for profile in DEVICE_TYPES.values()],
        translation_key=_TEMPLATES,
        mode=SelectSelectorMode.DROPDOWN,
    )
    return vol.Schema(
        {
            vol.Required(CONF_NAME): TextSelector(),
            vol.Required(TEMPLATE): SelectSelector(templates),
        }
    )


async def _async_check_template(
    _hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Check that a simulated device has a name."""
    if not (name := answers[CONF_NAME].strip()):
        raise FormError(key="mqtt_devices_name_missing", field=CONF_NAME)
    return {**answers, CONF_NAME: name}


def pick_form(devices: MqttDevices) -> Form:
    """Return the form by which a device is picked, from the list or by its text."""
    latest_first = reversed(list(devices.registry.unclaimed))
    unclaimed = SelectSelectorConfig(
        options=[
            SelectOptionDict(value=one.serial, label=_label(one))
            for one in latest_first
        ],
        mode=SelectSelectorMode.DROPDOWN,
    )
    fields = {
        vol.Optional(DEVICE_FIELD): SelectSelector(unclaimed),
        vol.Optional(QR_TEXT): TextSelector(TextSelectorConfig(multiline=True)),
    }

    async def async_check(
        _hass: HomeAssistant, answers: dict[str, Any]
    ) -> dict[str, Any]:
        """Check that there is a device that is not claimed yet."""
        return {"claim": _picked(devices, answers)}

    return Form(schema=lambda _hass: vol.Schema(fields), async_check=async_check)


def title_of(hass: HomeAssistant, serial: str) -> str:
    """Return the type of a device, as far as it is known, and its serial number."""
    texts = async_get_cached_translations(
        hass, hass.config.language, "selector", DOMAIN
    )
    path = f"component.{DOMAIN}.selector.{_TEMPLATES}.options"
    template = texts.get(f"{path}.{device_type_of(serial).name}")
    return f"{template} {serial}" if template else serial


def _label(unclaimed: UnclaimedDevice) -> str:
    """Return how an unclaimed device is shown in the list."""
    return " · ".join((unclaimed.serial, *unclaimed.parameters))


def _picked(devices: MqttDevices, answers: dict[str, Any]) -> Claim:
    """Return the claim of the text, if there is one, else of the list."""
    text, picked = answers.get(QR_TEXT, "").strip(), answers.get(DEVICE_FIELD)
    if not text and not picked:
        raise FormError(key="mqtt_devices_nothing_picked")
    try:
        claim = parse_claim(text) if text else Claim(serial=str(picked))
    except NotAClaim:
        raise FormError(key="mqtt_devices_no_claim", field=QR_TEXT) from None
    if claim.serial in devices.devices:
        field = QR_TEXT if text else DEVICE_FIELD
        raise FormError(key="mqtt_devices_already_claimed", field=field)
    return devices.registry.completed(claim)


ENTRY_FORM: Final = Form(
    schema=lambda _hass: vol.Schema(
        {
            vol.Required(CONF_NAME): TextSelector(),
            vol.Required(CONF_TOPIC, default=opt.DEFAULT_TOPIC): TextSelector(),
        }
    ),
    async_check=_async_check_entry,
)
CONFIRM_FORM: Final = Form(
    schema=lambda _hass: vol.Schema({}), async_check=_async_accept
)
RECONFIGURE_FORM: Final = Form(
    schema=lambda _hass: vol.Schema(
        {
            vol.Required(CONF_TOPIC): TextSelector(),
            vol.Required(NEW_TOKEN, default=False): BooleanSelector(),
        }
    ),
    async_check=_async_accept,
)
OPTIONS_FORM: Final = Form(schema=_options_schema, async_check=_async_check_options)
TEMPLATE_FORM: Final = Form(schema=_template_schema, async_check=_async_check_template)
