"""The forms of the flows as data."""

from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol
from homeassistant.components import mqtt
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    AreaSelector,
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
from .claims.claim import Claim, NotAClaim, parse_claim, to_form
from .const import (
    CONF_AREA,
    CONF_CONFIGURATION,
    CONF_DESCRIPTION,
    CONF_MODE,
    CONF_MODEL,
    CONF_NAME,
    CONF_TOPIC,
    CONF_TYPE,
    KIND_NAME,
)
from .devices.device_types import (
    ACTUATOR_TYPE,
    DEVICE_TYPES,
    SENSOR_TYPE,
    device_type_of,
)
from .devices.modes import (
    EMPTY,
    MODE,
    SCHEDULE,
    Configuration,
    ControlMode,
    TooLarge,
)
from .devices.schedule import ScheduleError, parse_schedule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.typing import VolDictType

    from .claims.unclaimed import UnclaimedDevice
    from .coordinator import MqttDevices
    from .wire.payload import Json

NEW_TOKEN: Final = "new_token"  # noqa: S105 - a checkbox
DEVICE_FIELD: Final = "device"
_TEMPLATES: Final = "mqtt_devices_template"
QR_TEXT: Final = "qr_text"
TEMPLATE: Final = "template"
SCHEDULE_LINE: Final = "schedule"
INTERVAL: Final = "interval"


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


def details_form(
    base: Mapping[str, Json] | None = None, *, with_area: bool = True
) -> Form:
    """Return the form of a device; its answers change this configuration."""

    async def async_check(
        _hass: HomeAssistant, answers: dict[str, Any]
    ) -> dict[str, Any]:
        """Check name and schedule, and return the whole configuration."""
        if not answers[CONF_NAME].strip():
            raise FormError(key="mqtt_devices_name_missing", field=CONF_NAME)
        texts = (CONF_TYPE, CONF_MODEL, CONF_DESCRIPTION)
        return {
            CONF_NAME: answers[CONF_NAME].strip(),
            CONF_AREA: answers.get(CONF_AREA),
            **{field: answers.get(field, "").strip() for field in texts},
            CONF_CONFIGURATION: _configuration(base or {}, answers),
        }

    return Form(
        schema=lambda _hass: _details_schema(with_area=with_area),
        async_check=async_check,
    )


def _configuration(
    base: Mapping[str, Json], answers: Mapping[str, Any]
) -> dict[str, Json]:
    """Return a configuration with the answers of a form; raises FormError."""
    before, line = to_form_settings(base), answers.get(SCHEDULE_LINE, "").strip()
    changed: dict[str, Json] = {}
    if answers.get(CONF_MODE, before[CONF_MODE]) != before[CONF_MODE]:
        changed[MODE] = answers[CONF_MODE]
    if answers.get(INTERVAL, before[INTERVAL]) != before[INTERVAL]:
        changed["intervalo_envio"] = int(answers[INTERVAL])
    try:
        if line != before[SCHEDULE_LINE]:
            changed[SCHEDULE] = parse_schedule(line).as_list
        return dict(Configuration.of({**base, **changed}).document)
    except TooLarge:
        raise FormError(
            key="mqtt_devices_configuration_too_large", field=SCHEDULE_LINE
        ) from None
    except ScheduleError as err:
        raise FormError(
            key="mqtt_devices_configuration_invalid",
            field=SCHEDULE_LINE,
            detail=str(err),
        ) from None


def suggested(claim: Claim) -> dict[str, Any]:
    """Return what the form of a device suggests."""
    settings = to_form_settings(claim.configuration)
    found = {**to_form(claim), **settings}
    return {field: value for field, value in found.items() if value is not None}


def to_form_settings(document: Mapping[str, Json]) -> dict[str, Any]:
    """Return what the form shows of a configuration."""
    try:
        configuration = Configuration.of(document)
    except TooLarge:
        configuration = EMPTY
    schedule = configuration.schedule
    return {
        CONF_MODE: configuration.mode and configuration.mode.value,
        SCHEDULE_LINE: "" if schedule is None else schedule.joined.as_text,
        INTERVAL: configuration.interval,
    }


def _details_schema(*, with_area: bool) -> vol.Schema:
    """Return the fields of a device; rare ones are folded."""
    types = SelectSelectorConfig(
        options=[SENSOR_TYPE, ACTUATOR_TYPE],
        translation_key="mqtt_devices_type",
        custom_value=True,
        mode=SelectSelectorMode.DROPDOWN,
    )
    modes = SelectSelectorConfig(
        options=[mode.value for mode in ControlMode],
        translation_key="mqtt_devices_mode",
        mode=SelectSelectorMode.DROPDOWN,
    )
    seconds = NumberSelectorConfig(
        min=1,
        max=604_800,
        step="any",
        unit_of_measurement="s",
        mode=NumberSelectorMode.BOX,
    )
    more = {
        vol.Optional(CONF_MODEL): TextSelector(),
        vol.Optional(CONF_DESCRIPTION): TextSelector(),
        vol.Optional(CONF_MODE): SelectSelector(modes),
        vol.Optional(SCHEDULE_LINE): TextSelector(),
        vol.Optional(INTERVAL): NumberSelector(seconds),
    }
    area: VolDictType = {vol.Optional(CONF_AREA): AreaSelector()} if with_area else {}
    return vol.Schema(
        {
            vol.Required(CONF_NAME): TextSelector(),
            **area,
            vol.Optional(CONF_TYPE): SelectSelector(types),
            vol.Required("more"): section(vol.Schema(more), {"collapsed": True}),
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
