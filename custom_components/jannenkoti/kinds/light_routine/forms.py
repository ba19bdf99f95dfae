"""The forms of a routine: its lights, its behavior and its table."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal

import voluptuous as vol
from homeassistant.config_entries import ConfigEntryState
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    ObjectSelector,
    ObjectSelectorConfig,
    ObjectSelectorField,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TargetSelector,
    TargetSelectorConfig,
    TextSelector,
)
from homeassistant.helpers.translation import async_get_cached_translations
from homeassistant.util import dt as dt_util

from ...const import DOMAIN
from ...flow import Form, FormError
from . import options as opt
from .lights.states import PauseEnd
from .plan_coordinator import home_plan
from .slots.preview import preview
from .slots.table import (
    KELVIN,
    LARGEST_OFFSET,
    LONGEST_FADE,
    LOWEST_BRIGHTNESS,
    Anchor,
    Day,
    Fault,
    TableError,
    read_table,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

NAME: Final = "name"
_PRESENCE_DOMAINS: Final = [
    "person",
    "device_tracker",
    "binary_sensor",
    "input_boolean",
    "sensor",
]
_TARGET: Final = TargetSelector(TargetSelectorConfig(entity=[{"domain": ["light"]}]))


def _number(
    low: float, high: float, step: float | Literal["any"], unit: str
) -> dict[str, Any]:
    """Return a number field as the table has it."""
    config = NumberSelectorConfig(
        min=low,
        max=high,
        step=step,
        unit_of_measurement=unit,
        mode=NumberSelectorMode.BOX,
    )
    return {"number": dict(config)}


def _choice(
    hass: HomeAssistant, values: list[str], key: str, *, multiple: bool = False
) -> dict[str, Any]:
    """Return a select field as the table has it.

    The page translates no options inside a table, so they come with their labels.
    """
    texts = async_get_cached_translations(
        hass, hass.config.language, "selector", DOMAIN
    )
    path = f"component.{DOMAIN}.selector.{key}.options"
    options = [
        {"value": value, "label": texts.get(f"{path}.{value}", value)}
        for value in values
    ]
    return {"select": {"options": options, "multiple": multiple, "mode": "dropdown"}}


def _fields(hass: HomeAssistant) -> dict[str, ObjectSelectorField]:
    """Return the fields of a row; its keys are those of `slots.table.read_row`."""
    anchors, days = [x.value for x in Anchor], [x.value for x in Day]
    anchor = _choice(hass, anchors, "light_routine_anchor")
    return {
        "name": {"required": True, "selector": {"text": {}}},
        "anchor": {"required": True, "selector": anchor},
        "time": {"required": True, "selector": {"time": {}}},
        "offset": {"selector": _number(-LARGEST_OFFSET, LARGEST_OFFSET, 1, "min")},
        "days": {
            "required": True,
            "selector": _choice(hass, days, "light_routine_day", multiple=True),
        },
        "brightness": {
            "required": True,
            "selector": _number(LOWEST_BRIGHTNESS, 100, 0.1, "%"),
        },
        "kelvin": {"selector": _number(*KELVIN, 1, "K")},
        "x": {"selector": _number(0, 0.8, "any", "x")},
        "y": {"selector": _number(0, 0.9, "any", "y")},
        "fade": {"selector": _number(0, LONGEST_FADE, 1, "s")},
    }


def _slots_schema(hass: HomeAssistant) -> vol.Schema:
    """Return the table as a list of rows."""
    rows = ObjectSelectorConfig(
        fields=_fields(hass),
        multiple=True,
        label_field="name",
        description_field="time",
        translation_key="light_routine_slots",
    )
    return vol.Schema({vol.Required(opt.SLOTS): ObjectSelector(rows)})


async def _async_check_slots(
    _hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Return the table in its one form; raises FormError."""
    return {opt.SLOTS: checked_rows(answers[opt.SLOTS])}


def checked_rows(rows: object) -> list[dict[str, Any]]:
    """Return the rows of a table in their one form; raises FormError."""
    try:
        return [slot.as_row() for slot in read_table(rows)]
    except TableError as err:
        raise _FAULTS[err.fault](err.slot) from None


_FAULTS: Final[dict[Fault, Callable[[str], FormError]]] = {
    Fault.EMPTY: lambda slot: FormError(
        "light_routine_table_empty", opt.SLOTS, slot=slot
    ),
    Fault.TOO_MANY: lambda slot: FormError(
        "light_routine_table_too_many", opt.SLOTS, slot=slot
    ),
    Fault.NAME: lambda slot: FormError(
        "light_routine_table_name", opt.SLOTS, slot=slot
    ),
    Fault.NAME_TWICE: lambda slot: FormError(
        "light_routine_table_name_twice", opt.SLOTS, slot=slot
    ),
    Fault.START: lambda slot: FormError(
        "light_routine_table_start", opt.SLOTS, slot=slot
    ),
    Fault.DAYS: lambda slot: FormError(
        "light_routine_table_days", opt.SLOTS, slot=slot
    ),
    Fault.BRIGHTNESS: lambda slot: FormError(
        "light_routine_table_brightness", opt.SLOTS, slot=slot
    ),
    Fault.COLOR: lambda slot: FormError(
        "light_routine_table_color", opt.SLOTS, slot=slot
    ),
    Fault.FADE: lambda slot: FormError(
        "light_routine_table_fade", opt.SLOTS, slot=slot
    ),
    Fault.SAME_START: lambda slot: FormError(
        "light_routine_table_same_start", opt.SLOTS, slot=slot
    ),
}


def _name_schema(_hass: HomeAssistant) -> vol.Schema:
    """Return the fields of a new routine."""
    return vol.Schema(
        {
            vol.Required(NAME): TextSelector(),
            vol.Required(opt.TARGETS): _TARGET,
            vol.Required(opt.ADAPT, default=True): BooleanSelector(),
        }
    )


async def _async_check_new(
    _hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Return name and lights; raises FormError."""
    if not (name := answers[NAME].strip()):
        raise FormError(key="light_routine_name_missing", field=NAME)
    return {**answers, NAME: name, opt.TARGETS: _checked_targets(answers)}


def _checked_targets(answers: dict[str, Any]) -> dict[str, list[str]]:
    """Return the target in its one form; raises FormError if it is empty."""
    targets = opt.read_targets(answers.get(opt.TARGETS) or {})
    if not targets:
        raise FormError(key="light_routine_targets_missing", field=opt.TARGETS)
    return targets


def _behavior_schema(_hass: HomeAssistant) -> vol.Schema:
    """Return the fields of the lights and their behavior."""
    ends = SelectSelectorConfig(
        options=[each.value for each in PauseEnd],
        translation_key="light_routine_pause_ends",
        mode=SelectSelectorMode.DROPDOWN,
    )
    hours = NumberSelectorConfig(
        min=0.5,
        max=opt.MOST_HOURS,
        step=0.5,
        unit_of_measurement="h",
        mode=NumberSelectorMode.BOX,
    )
    presence = EntitySelectorConfig(domain=_PRESENCE_DOMAINS)
    calendar = EntitySelectorConfig(domain="calendar")
    return vol.Schema(
        {
            vol.Required(opt.TARGETS): _TARGET,
            vol.Required(opt.ADAPT, default=True): BooleanSelector(),
            vol.Required(opt.PAUSE_ENDS, default=PauseEnd.OFF_ON.value): SelectSelector(
                ends
            ),
            vol.Required(opt.PAUSE_HOURS, default=opt.DEFAULT_HOURS): NumberSelector(
                hours
            ),
            vol.Optional(opt.PRESENCE): EntitySelector(presence),
            vol.Optional(opt.HOLIDAYS): EntitySelector(calendar),
        }
    )


async def _async_check_behavior(
    _hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Return lights and behavior; a field that was emptied is None."""
    return {
        opt.PRESENCE: None,
        opt.HOLIDAYS: None,
        **answers,
        opt.TARGETS: _checked_targets(answers),
    }


def _preview(
    hass: HomeAssistant, entry: ConfigEntry, answers: dict[str, Any]
) -> dict[str, str]:
    """Return today's slots as the table has them that is not saved yet."""
    plan = home_plan(hass, read_table(answers[opt.SLOTS]))
    if entry.state is ConfigEntryState.LOADED:
        plan = replace(plan, holidays=entry.runtime_data.routine.plan.holidays)
    return {"preview": preview(plan, dt_util.utcnow())}


NEW_FORM: Final = Form(schema=_name_schema, async_check=_async_check_new)
BEHAVIOR_OPTIONS_FORM: Final = Form(
    schema=_behavior_schema, async_check=_async_check_behavior
)
SLOTS_OPTIONS_FORM: Final = Form(
    schema=_slots_schema, async_check=_async_check_slots, preview=_preview
)
