"""The form of the options: the room, and sections for all that can be tuned."""

from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol
from homeassistant.components.binary_sensor import DOMAIN as BINARY_SENSOR
from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.components.sensor import DOMAIN as SENSOR
from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    NumberSelector,
    NumberSelectorMode,
    ObjectSelector,
    SelectOptionDict,
    Selector,
    SelectSelector,
    TimeSelector,
)
from homeassistant.helpers.translation import async_get_cached_translations

from ...const import DOMAIN
from ...flow import Form, FormError
from . import options as opt
from .control.parameters import Comfort, OnSilence
from .drivers.tuya.datapoints import InvalidDatapoints, check_map
from .planning.plan import SleepMode
from .planning.sleep_schedule import DAYS, END, START, WEEKDAYS, BadRow, window_of
from .underlying_entity import OthersSelector, outputs_among

if TYPE_CHECKING:
    from enum import StrEnum

    from homeassistant.core import HomeAssistant

_WEEKDAY: Final = "air_conditioner_weekday"
# Not imported: a home without persons need not load them, nor zones.
PERSON: Final = "person"
DEVICE_TRACKER: Final = "device_tracker"

type Fields = dict[vol.Marker, Selector[Any]]


def sensors_of_the_room(hass: HomeAssistant) -> EntitySelector:
    """Return the selector of temperature sensors, without our own outputs."""
    temperature = SensorDeviceClass.TEMPERATURE
    return OthersSelector.of(
        hass,
        {
            "multiple": True,
            "filter": [{"domain": SENSOR, "device_class": temperature}],
        },
    )


_PEOPLE = EntitySelector(
    {"multiple": True, "filter": [{"domain": [PERSON, DEVICE_TRACKER]}]}
)
_CONTACTS = EntitySelector(
    {
        "multiple": True,
        "filter": [
            {
                "domain": BINARY_SENSOR,
                "device_class": [
                    BinarySensorDeviceClass.DOOR,
                    BinarySensorDeviceClass.GARAGE_DOOR,
                    BinarySensorDeviceClass.OPENING,
                    BinarySensorDeviceClass.WINDOW,
                ],
            }
        ],
    }
)

_ARRIVALS = EntitySelector(
    {
        "multiple": True,
        "filter": [
            {"domain": ["datetime", "input_datetime", "time"]},
            {"domain": SENSOR, "device_class": SensorDeviceClass.TIMESTAMP},
        ],
    }
)


def _numbers(*keys: str) -> Fields:
    """Return the fields of tunable numbers."""
    return {
        vol.Required(key, default=quantity.default): NumberSelector(
            {
                "min": quantity.minimum,
                "max": quantity.maximum,
                "step": quantity.step,
                "unit_of_measurement": quantity.unit,
                "mode": NumberSelectorMode.BOX,
            }
        )
        for key, quantity in opt.NUMBER_OPTIONS.items()
        if key in keys
    }


def _choice(enum: type[StrEnum], translation_key: str) -> SelectSelector:
    options = [choice.value for choice in enum]
    return SelectSelector({"options": options, "translation_key": translation_key})


def _weekdays(hass: HomeAssistant) -> list[SelectOptionDict]:
    """Return the days by their names; inside rows the page translates no choices."""
    texts = async_get_cached_translations(
        hass, hass.config.language, "selector", DOMAIN
    )
    path = f"component.{DOMAIN}.selector.{_WEEKDAY}.options"
    return [
        SelectOptionDict(value=day, label=texts.get(f"{path}.{day}", day))
        for day in WEEKDAYS
    ]


def _night_fields(hass: HomeAssistant) -> Fields:
    own_times = ObjectSelector(
        {
            "multiple": True,
            "label_field": DAYS,
            "translation_key": "air_conditioner_sleep_days",
            "fields": {
                DAYS: {
                    "required": True,
                    "selector": SelectSelector(
                        {"options": _weekdays(hass), "multiple": True}
                    ),
                },
                START: {"selector": TimeSelector()},
                END: {"selector": TimeSelector()},
            },
        }
    )
    return {
        vol.Required(opt.SLEEP, default=False): BooleanSelector(),
        vol.Required(opt.SLEEP_START, default=opt.DEFAULT_SLEEP_START): TimeSelector(),
        vol.Required(opt.SLEEP_END, default=opt.DEFAULT_SLEEP_END): TimeSelector(),
        vol.Optional(opt.SLEEP_DAYS, default=[]): own_times,
        vol.Required(opt.SLEEP_MODE, default=SleepMode.OFF.value): _choice(
            SleepMode, "air_conditioner_sleep_mode"
        ),
        **_numbers(opt.CURVE, opt.CURVE_RISE, opt.CURVE_RETURN),
    }


_PRESENCE: Fields = {
    vol.Optional(opt.PEOPLE, default=[]): _PEOPLE,
    **_numbers(opt.AWAY_GRACE),
}

_CONTROL = (
    opt.ABOVE,
    opt.BELOW,
    opt.MINIMUM_ON,
    opt.MINIMUM_OFF,
    opt.HOLD,
    opt.HOLD_LIMIT,
    opt.GATHER,
)


def _simulated_options_schema(hass: HomeAssistant) -> vol.Schema:
    """Return all but the sensors: a simulated unit has a room of its own."""
    on_silence = _choice(OnSilence, "air_conditioner_on_silence")
    comfort = _choice(Comfort, "air_conditioner_comfort")
    parts: dict[str, Fields] = {
        "control": {
            vol.Required(opt.COMFORT, default=Comfort.BALANCED.value): comfort,
            **_numbers(*_CONTROL),
        },
        "night": _night_fields(hass),
        "presets": _numbers(opt.ECO, opt.AWAY, opt.BOOST, opt.BOOST_LENGTH),
        "presence": _PRESENCE,
        "early": {
            **_numbers(opt.PRECOOL),
            vol.Optional(opt.ARRIVALS, default=[]): _ARRIVALS,
        },
        "windows": {
            vol.Optional(opt.CONTACTS, default=[]): _CONTACTS,
            **_numbers(opt.WINDOW_DELAY, opt.WINDOW_LIMIT),
        },
        "trust": {
            **_numbers(opt.SMOOTHING, opt.STALE_LIMIT, opt.TOLERANCE),
            vol.Required(opt.ON_SILENCE, default=OnSilence.MODEL.value): on_silence,
            **_numbers(opt.DUTY_LIMIT),
        },
        "room": _numbers(opt.THERMAL_CAPACITY, opt.RATED_COOLING),
        "unit": _numbers(opt.POLL_INTERVAL, opt.DRIVE_COOL, opt.DRIVE_HEAT),
    }
    return vol.Schema(
        {
            vol.Required(name): section(vol.Schema(fields), {"collapsed": True})
            for name, fields in parts.items()
        }
    )


def _options_schema(hass: HomeAssistant) -> vol.Schema:
    sensors = {vol.Required(opt.SENSORS): sensors_of_the_room(hass)}
    return vol.Schema(sensors | _simulated_options_schema(hass).schema)


def _tuya_options_schema(hass: HomeAssistant) -> vol.Schema:
    points = vol.Schema({vol.Required(opt.DATAPOINTS): ObjectSelector()})
    part = section(points, {"collapsed": True})
    return _options_schema(hass).extend({vol.Required("tuya"): part})


async def async_check_options(
    hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Refuse what the thermostat could not work with."""
    if opt.SENSORS in answers:
        if not answers[opt.SENSORS]:
            raise FormError("air_conditioner_no_sensor", opt.SENSORS)
        if outputs_among(hass, answers[opt.SENSORS]):
            raise FormError("air_conditioner_own_sensor", opt.SENSORS)
    if answers.get(opt.SLEEP) and answers[opt.SLEEP_START] == answers[opt.SLEEP_END]:
        raise FormError("air_conditioner_empty_sleep", opt.SLEEP_END)
    try:
        for row in answers.get(opt.SLEEP_DAYS, ()):
            window_of(row)
    except BadRow as err:
        raise FormError("air_conditioner_bad_day", opt.SLEEP_DAYS) from err
    if opt.DATAPOINTS in answers:
        try:
            check_map(answers[opt.DATAPOINTS])
        except InvalidDatapoints as err:
            raise FormError(
                "air_conditioner_bad_map", opt.DATAPOINTS, part=str(err)
            ) from err
    return answers


OPTIONS: Final = Form(schema=_options_schema, async_check=async_check_options)
SIMULATED_OPTIONS: Final = Form(
    schema=_simulated_options_schema, async_check=async_check_options
)
TUYA_OPTIONS: Final = Form(schema=_tuya_options_schema, async_check=async_check_options)
