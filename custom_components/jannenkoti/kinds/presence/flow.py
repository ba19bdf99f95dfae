"""Set up a person, and change the sources and the times."""

import re
import secrets
from typing import TYPE_CHECKING, Any, Final, override

import voluptuous as vol
from homeassistant.data_entry_flow import section
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    ObjectSelector,
    ObjectSelectorConfig,
    TextSelector,
    TimeSelector,
)

from ...const import CONF_KIND, DOMAIN
from ...flow import Form, FormError, KindFlow
from . import options as opt
from .const import KIND_NAME

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigFlowResult
    from homeassistant.core import HomeAssistant

_NAME: Final = "name"
_TIMES: Final = "times"
_DOMAINS: Final = ["person", "device_tracker", "binary_sensor", "input_boolean"]
_HOST: Final = re.compile(r"[A-Za-z0-9._:-]{1,253}")
_DEFAULTS: Final = opt.Options.parse({}).parameters


def _own_trackers(hass: HomeAssistant) -> list[str]:
    """Return the trackers of this family: a person cannot be their own evidence."""
    registry = er.async_get(hass)
    return [
        entity.entity_id
        for entry in hass.config_entries.async_entries(DOMAIN, include_ignore=False)
        if entry.data[CONF_KIND] == KIND_NAME
        for entity in er.async_entries_for_config_entry(registry, entry.entry_id)
    ]


def _number(longest: float, unit: str) -> NumberSelector:
    """Return a field for a time."""
    return NumberSelector(
        NumberSelectorConfig(
            min=0,
            max=longest,
            step=1,
            unit_of_measurement=unit,
            mode=NumberSelectorMode.BOX,
        )
    )


def _source_fields(hass: HomeAssistant) -> dict[Any, Any]:
    """Return the fields of the sources."""
    sources = EntitySelectorConfig(
        domain=_DOMAINS, multiple=True, exclude_entities=_own_trackers(hass)
    )
    return {
        vol.Optional(opt.SOURCES, default=[]): EntitySelector(sources),
        vol.Optional(opt.HOST): TextSelector(),
        vol.Optional(opt.REFERENCE): TextSelector(),
    }


def _new_schema(hass: HomeAssistant) -> vol.Schema:
    """Return the fields of a new person."""
    return vol.Schema({vol.Required(_NAME): TextSelector(), **_source_fields(hass)})


def _options_schema(hass: HomeAssistant) -> vol.Schema:
    """Return the fields of the options."""
    doors = EntitySelectorConfig(domain="binary_sensor", multiple=True)
    minutes = _number(opt.LONGEST_GRACE, "min")
    times = {
        vol.Required(opt.GRACE, default=_in_minutes("grace")): minutes,
        vol.Required(opt.NIGHT_GRACE, default=_in_minutes("night_grace")): minutes,
        vol.Required(
            opt.NIGHT_FROM, default=_DEFAULTS.night_from.isoformat()
        ): TimeSelector(),
        vol.Required(
            opt.NIGHT_TO, default=_DEFAULTS.night_to.isoformat()
        ): TimeSelector(),
        vol.Required(opt.JUST_LEFT, default=_in_minutes("just_left")): minutes,
        vol.Required(opt.EXTENDED, default=24): _number(720, "h"),
        vol.Optional(opt.OWN_GRACE, default=[]): _OWN_GRACE,
    }
    return vol.Schema(
        {
            **_source_fields(hass),
            vol.Optional(opt.DOORS, default=[]): EntitySelector(doors),
            vol.Required(_TIMES): section(vol.Schema(times), {"collapsed": True}),
        }
    )


_OWN_GRACE: Final = ObjectSelector(
    ObjectSelectorConfig(
        fields={
            opt.OWN_SOURCE: {
                "required": True,
                "selector": {"entity": {"domain": _DOMAINS}},
            },
            opt.OWN_MINUTES: {
                "required": True,
                "selector": {"number": {"min": 0, "max": opt.LONGEST_GRACE}},
            },
        },
        multiple=True,
        label_field=opt.OWN_SOURCE,
        description_field=opt.OWN_MINUTES,
        translation_key="presence_own_grace",
    )
)


def _in_minutes(name: str) -> int:
    """Return a default of the rules in minutes."""
    return int(getattr(_DEFAULTS, name).total_seconds() // 60)


async def _async_check_new(
    hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Return name and sources; raises FormError."""
    if not (name := answers[_NAME].strip()):
        raise FormError(key="presence_name_missing", field=_NAME)
    return {**await _async_check_sources(hass, answers), _NAME: name}


async def _async_check_sources(
    hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Return the sources; a field that was emptied is an empty text."""
    checked = dict(answers)
    for field in (opt.HOST, opt.REFERENCE):
        host = checked[field] = (answers.get(field) or "").strip()
        if host and not _HOST.fullmatch(host):
            raise FormError(key="presence_host_invalid", field=field)
    if not answers.get(opt.SOURCES) and not checked[opt.HOST]:
        raise FormError(key="presence_source_missing", field=opt.SOURCES)
    own = set(_own_trackers(hass))
    for source in answers.get(opt.SOURCES) or []:
        state = hass.states.get(source)
        used = state.attributes.get("device_trackers", []) if state else []
        if source in own or own.intersection(used):
            raise FormError(
                key="presence_source_circular", field=opt.SOURCES, source=source
            )
    return checked


_NEW_FORM: Final = Form(schema=_new_schema, async_check=_async_check_new)


class Flow(KindFlow):
    """The steps of a person."""

    options_form = Form(schema=_options_schema, async_check=_async_check_sources)

    @override
    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for the name and the sources."""
        return await self.async_ask(
            "user", _NEW_FORM, user_input, then=self._async_create
        )

    async def _async_create(self, answers: dict[str, Any]) -> ConfigFlowResult:
        """Create the entry."""
        name = answers.pop(_NAME)
        await self.flow.async_set_unique_id(secrets.token_hex(8))
        return self.create_entry(name, {}, answers)
