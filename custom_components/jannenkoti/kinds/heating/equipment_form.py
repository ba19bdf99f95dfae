"""The form that prefills powers and volumes from the catalogue of equipment."""

from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol
from homeassistant.helpers.selector import SelectSelector, SelectSelectorMode

from ...flow import Form, FormError
from . import options as opt
from .forms import number_selector
from .inputs.equipment import Catalogue, Item, ItemType
from .inputs.option_values import number_of
from .inputs.solar_options import MODULE_WATTS, SOLAR_NUMBERS
from .options import Options

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

HEATER: Final = "heater_model"
_TANK: Final = "tank_model"
_PLACE: Final = "equipment_tank"

_FIELDS: Final[Mapping[str, ItemType]] = {
    HEATER: ItemType.HEATER,
    _TANK: ItemType.TANK,
    "module_model": ItemType.MODULE,
    "inverter_model": ItemType.INVERTER,
}


def models(catalogue: Catalogue, wanted: ItemType) -> SelectSelector:
    """Return the selector of all models of a type."""
    return SelectSelector(
        {
            "options": catalogue.of_type(wanted),
            "mode": SelectSelectorMode.DROPDOWN,
        }
    )


def equipment_form(entry: ConfigEntry, catalogue: Catalogue) -> Form:
    """Return the form of an entry: models, and a preview of what they change."""
    several = len(Options.parse(entry.options).tanks) > 1

    def schema(_hass: HomeAssistant) -> vol.Schema:
        fields: dict[vol.Marker, Any] = {
            vol.Optional(key): models(catalogue, wanted)
            for key, wanted in _FIELDS.items()
        }
        if several:
            place = vol.Required(_PLACE, default=opt.PLACES.default)
            fields[place] = number_selector(opt.PLACES)
        return vol.Schema(fields)

    async def async_check(
        _hass: HomeAssistant, answers: dict[str, Any]
    ) -> dict[str, Any]:
        chosen = {key: answers.get(key) for key in _FIELDS}
        if not any(chosen.values()):
            raise FormError("heating_equipment_none")
        items = {
            _FIELDS[key]: catalogue.items[name] for key, name in chosen.items() if name
        }
        place = int(answers.get(_PLACE, opt.PLACES.default)) - 1
        return {**chosen, **prefilled(entry.options, items, place)}

    return Form(schema=schema, async_check=async_check, preview=_preview)


def prefilled(
    options: Mapping[str, Any], items: Mapping[ItemType, Item], place: int
) -> dict[str, Any]:
    """Return the options that items change: a tank, its stages, and the modules."""
    found: dict[str, Any] = {}
    heater, tank = items.get(ItemType.HEATER), items.get(ItemType.TANK)
    if heater is not None:
        found[opt.STAGES] = _stages(options, heater, place)
    volume = next((x.volume for x in (tank, heater) if x and x.volume), None)
    rows = [dict(row) for row in options.get(opt.TANKS, ())]
    if volume is not None and place < len(rows):
        rows[place][opt.VOLUME] = volume
        found[opt.TANKS] = rows
    if (module := items.get(ItemType.MODULE)) is not None:
        found[MODULE_WATTS] = module.module_watts
    if (inverter := items.get(ItemType.INVERTER)) is not None:
        found[opt.PV_LIMIT] = inverter.limit
    return found


def _stages(
    options: Mapping[str, Any], heater: Item, place: int
) -> list[dict[str, Any]]:
    """Return the stages, those of a tank with the powers of a heater in order."""
    rows = [dict(row) for row in options.get(opt.STAGES, ())]
    count = len(options.get(opt.TANKS, ()))
    own = [
        row
        for row in rows
        if min(int(row.get(opt.TANK) or opt.PLACES.default), count) - 1 == place
    ]
    for row, watts in zip(own, heater.stages, strict=False):
        row[opt.WATTS] = watts
    return rows


def _preview(
    _hass: HomeAssistant, entry: ConfigEntry, unsaved: dict[str, Any]
) -> dict[str, str]:
    """Return each value that changes, a line each."""
    lines = list(_changes(entry.options, {**entry.options, **unsaved}))
    return {"changes": "\n".join(lines) or "-"}


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Yield what changes: powers, volumes and limits."""
    before, after = Options.parse(old), Options.parse(new)
    for a, b in zip(before.stages, after.stages, strict=True):
        yield from _line(a.entity, a.watts, b.watts, "W")
    for c, d in zip(before.tanks, after.tanks, strict=True):
        yield from _line(c.name, c.volume, d.volume, "L")
    for key, model, usual in (
        (MODULE_WATTS, "module_model", SOLAR_NUMBERS[MODULE_WATTS]),
        (opt.PV_LIMIT, "inverter_model", opt.NUMBERS[opt.PV_LIMIT]),
    ):
        was, will = (number_of(each, key, usual) for each in (old, new))
        yield from _line(str(new.get(model)), was, will, "W")


def _line(name: str, old: float, new: float, unit: str) -> Iterator[str]:
    """Yield a line if a value changes."""
    if old != new:
        yield f"- {name}: {old:g} {unit} → {new:g} {unit}"
