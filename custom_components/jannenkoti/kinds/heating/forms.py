"""The forms of the options of a heating system as data."""

from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol
from homeassistant.data_entry_flow import section
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    ObjectSelector,
    ObjectSelectorField,
    TextSelector,
)

from ...const import CONF_KIND, DOMAIN
from ...flow import Form, FormError
from . import options as opt
from .const import KIND_NAME
from .tank.deadline import read_times

if TYPE_CHECKING:
    from collections.abc import Iterable

    from homeassistant.core import HomeAssistant

    from .inputs.option_values import NumberOption

RELAYS: Final = ["switch", "input_boolean"]
_OUTPUTS: Final = [*RELAYS, "climate", "water_heater", "number", "input_number"]


def number_selector(option: NumberOption) -> NumberSelector:
    """Return the selector of a number."""
    config = NumberSelectorConfig(
        min=option.minimum,
        max=option.maximum,
        step=option.step,
        mode=NumberSelectorMode.BOX,
    )
    if option.unit:
        config["unit_of_measurement"] = option.unit
    return NumberSelector(config)


def sensor_selector(device_class: str, *, multiple: bool = False) -> EntitySelector:
    """Return the selector of sensors; template and input numbers are sensors, too."""
    return EntitySelector(
        {
            "multiple": multiple,
            "filter": [
                {"domain": "sensor", "device_class": device_class},
                {"domain": "input_number"},
            ],
        }
    )


POWER_SENSOR: Final = sensor_selector("power")
TEMPERATURE_SENSOR: Final = sensor_selector("temperature")


def _inputs_schema(_hass: HomeAssistant) -> vol.Schema:
    """Return the fields of the inputs; a battery is folded."""
    battery = {
        vol.Optional(opt.BATTERY): POWER_SENSOR,
        vol.Required(opt.BATTERY_INVERTED, default=False): BooleanSelector(),
        vol.Optional(opt.SOC): sensor_selector("battery"),
        vol.Required(opt.BATTERY_FIRST, default=True): BooleanSelector(),
        **{
            vol.Required(key, default=opt.NUMBERS[key].default): number_selector(
                opt.NUMBERS[key]
            )
            for key in (opt.FULL_SOC, opt.BATTERY_CAPACITY)
        },
    }
    return vol.Schema(
        {
            vol.Optional(opt.GRID): POWER_SENSOR,
            vol.Required(opt.GRID_INVERTED, default=False): BooleanSelector(),
            vol.Optional(opt.PV): POWER_SENSOR,
            vol.Optional(opt.LOAD): POWER_SENSOR,
            vol.Optional(opt.OUTDOOR): TEMPERATURE_SENSOR,
            vol.Required("home_battery"): section(
                vol.Schema(battery), {"collapsed": True}
            ),
        }
    )


async def _async_check_inputs(
    hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Return the inputs; an emptied field loses its value."""
    entities = (opt.GRID, opt.PV, opt.LOAD, opt.BATTERY, opt.SOC, opt.OUTDOOR)
    answers = {**dict.fromkeys(entities), **answers}
    if not answers[opt.GRID] and not (answers[opt.PV] and answers[opt.LOAD]):
        raise FormError("heating_power_missing", opt.GRID)
    for key in entities:
        check_inputs(hass, (answers[key],), key)
    return answers


def _fields(numbers: Iterable[tuple[str, NumberOption]]) -> dict[str, Any]:
    """Return numbers as fields of an object."""
    return {
        key: ObjectSelectorField(selector=number_selector(option))
        for key, option in numbers
    }


_IN_THIS_ORDER: Final = (opt.TARGET, opt.FLOOR, opt.SURPLUS_TARGET, opt.LIMIT)


def _tanks_schema(_hass: HomeAssistant) -> vol.Schema:
    """Return the list of tanks."""
    fields = {
        opt.NAME: ObjectSelectorField(selector=TextSelector(), required=True),
        opt.VOLUME: ObjectSelectorField(
            selector=number_selector(opt.VOLUMES), required=True
        ),
        opt.CONTROL_SENSOR: ObjectSelectorField(
            selector=TEMPERATURE_SENSOR, required=True
        ),
        **_fields((key, opt.TANK_NUMBERS[key]) for key in _IN_THIS_ORDER),
        opt.WARM_BY: ObjectSelectorField(selector=TextSelector()),
        opt.LEGIONELLA: ObjectSelectorField(selector=number_selector(opt.DAYS)),
        opt.OTHER_HEAT: ObjectSelectorField(selector=BooleanSelector()),
        opt.SENSORS: ObjectSelectorField(
            selector=sensor_selector("temperature", multiple=True)
        ),
    }
    return vol.Schema(
        {vol.Required(opt.TANKS): _objects(fields, opt.NAME, "heating_tank")}
    )


async def _async_check_tanks(
    hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Return the tanks with all their temperatures; raises FormError."""
    rows = answers[opt.TANKS]
    if not 0 < len(rows) <= opt.MOST_TANKS:
        raise FormError("heating_tank_count", opt.TANKS)
    names = {str(row[opt.NAME]).strip() for row in rows}
    if "" in names or len(names) < len(rows):
        raise FormError("heating_tank_names", opt.TANKS)
    for row in rows:
        _check_order(row)
        limit = row.get(opt.LIMIT, opt.TANK_NUMBERS[opt.LIMIT].default)
        if row.get(opt.LEGIONELLA) and limit < opt.HOTTEST_RUN:
            raise FormError("heating_legionella_limit", opt.TANKS)
        if read_times(str(row.get(opt.WARM_BY) or "")) is None:
            raise FormError("heating_warm_by", opt.TANKS)
        sensors = row.get(opt.SENSORS, [])
        if len(sensors) > opt.MOST_SENSORS:
            raise FormError("heating_sensor_count", opt.TANKS)
        check_inputs(hass, (row[opt.CONTROL_SENSOR], *sensors), opt.TANKS)
    return {opt.TANKS: [{**row, opt.NAME: row[opt.NAME].strip()} for row in rows]}


def _check_order(row: dict[str, Any]) -> None:
    """Raise FormError unless floor, targets and limit are in order."""
    numbers = {
        key: row.get(key, option.default) for key, option in opt.TANK_NUMBERS.items()
    }
    if not (
        numbers[opt.FLOOR] + opt.FLOOR_BELOW_TARGET
        <= numbers[opt.TARGET]
        <= numbers[opt.SURPLUS_TARGET]
        <= numbers[opt.LIMIT]
    ):
        raise FormError("heating_temperature_order", opt.TANKS)


def _stages_schema(_hass: HomeAssistant) -> vol.Schema:
    """Return the list of stages."""
    relays = EntitySelector({"filter": [{"domain": RELAYS}]})
    fields = {
        opt.ENTITY: ObjectSelectorField(
            selector=EntitySelector({"filter": [{"domain": _OUTPUTS}]}), required=True
        ),
        opt.WATTS: ObjectSelectorField(
            selector=number_selector(opt.POWERS), required=True
        ),
        opt.TANK: ObjectSelectorField(selector=number_selector(opt.PLACES)),
        opt.POWER: ObjectSelectorField(selector=POWER_SENSOR),
        opt.SECOND_RELAY: ObjectSelectorField(selector=relays),
        **_fields(((opt.NORMAL, opt.NORMALS), (opt.BOOST, opt.BOOSTS))),
    }
    objects = _objects(fields, opt.ENTITY, "heating_stage")
    return vol.Schema({vol.Required(opt.STAGES): objects})


def _objects(fields: dict[str, Any], label: str, name: str) -> ObjectSelector:
    """Return the selector of a list of objects."""
    return ObjectSelector(
        {
            "fields": fields,
            "multiple": True,
            "label_field": label,
            "translation_key": name,
        }
    )


async def _async_check_stages(
    hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Return the stages; raises FormError."""
    rows = answers[opt.STAGES]
    if not 0 < len(rows) <= opt.MOST_STAGES:
        raise FormError("heating_stage_count", opt.STAGES)
    outputs = [
        row[key]
        for row in rows
        for key in (opt.ENTITY, opt.SECOND_RELAY)
        if row.get(key)
    ]
    check_outputs(hass, outputs, opt.STAGES)
    return {opt.STAGES: rows}


def _control_schema(_hass: HomeAssistant) -> vol.Schema:
    """Return the fields of the control's numbers."""
    return vol.Schema(
        {
            vol.Required(key, default=option.default): number_selector(option)
            for key, option in opt.NUMBERS.items()
            if key in CONTROL_NUMBERS
        }
    )


CONTROL_NUMBERS: Final = (
    *(opt.BUFFER, opt.AVERAGING, opt.MINIMUM_ON, opt.MINIMUM_OFF),
    *(opt.STALE, opt.STALE_TEMPERATURE, opt.HOLD),
)


async def _async_accept(
    _hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Return the answers as they are."""
    return answers


def check_inputs(
    hass: HomeAssistant, entities: Iterable[str | None], field: str
) -> None:
    """Raise FormError if an input is our own output, which would feed back."""
    registry = er.async_get(hass)
    for entity in entities:
        registered = registry.async_get(entity) if entity else None
        if registered is not None and _is_heating(hass, registered):
            raise FormError("heating_own_entity", field, entity=str(entity))


def check_outputs(hass: HomeAssistant, entities: list[str], field: str) -> None:
    """Raise FormError if outputs are named twice, or are entities of a heating."""
    if len(set(entities)) < len(entities):
        raise FormError("heating_output_twice", field)
    check_inputs(hass, entities, field)


def _is_heating(hass: HomeAssistant, registered: er.RegistryEntry) -> bool:
    """Return whether an entity belongs to a heating system of this integration."""
    if registered.platform != DOMAIN:
        return False
    entry = hass.config_entries.async_get_entry(registered.config_entry_id or "")
    return entry is not None and entry.data.get(CONF_KIND) == KIND_NAME


INPUTS_OPTIONS: Final = Form(schema=_inputs_schema, async_check=_async_check_inputs)
TANKS_OPTIONS: Final = Form(schema=_tanks_schema, async_check=_async_check_tanks)
STAGES_OPTIONS: Final = Form(schema=_stages_schema, async_check=_async_check_stages)
CONTROL_OPTIONS: Final = Form(schema=_control_schema, async_check=_async_accept)
FORMS: Final = {
    "inputs": INPUTS_OPTIONS,
    "tanks": TANKS_OPTIONS,
    "stages": STAGES_OPTIONS,
    "control": CONTROL_OPTIONS,
}
