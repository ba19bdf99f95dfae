"""The form of a device: name, area and type, and folded settings."""

from copy import replace
from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    AreaSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)

from ...flow import Form, FormError
from .claims.claim import to_form
from .const import (
    CONF_AREA,
    CONF_CONFIGURATION,
    CONF_DESCRIPTION,
    CONF_MODE,
    CONF_MODEL,
    CONF_NAME,
    CONF_TYPE,
)
from .devices.device_types import ACTUATOR_TYPE, SENSOR_TYPE
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

    from .claims.claim import Claim
    from .devices.device import Device
    from .wire.payload import Json

SCHEDULE_LINE: Final = "schedule"
INTERVAL: Final = "interval"


def details_form(base: Mapping[str, Json], device: Device | None = None) -> Form:
    """Return the form of a device; its answers change this configuration.

    A device that is claimed has no field for its area: its page has one.
    """

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
            CONF_CONFIGURATION: _configuration(base, answers, device),
        }

    return Form(
        schema=lambda _hass: _details_schema(with_area=device is None),
        async_check=async_check,
    )


def _configuration(
    base: Mapping[str, Json], answers: Mapping[str, Any], device: Device | None
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
        configuration = Configuration.of({**base, **changed})
        if device is not None:
            replace(device, configuration=configuration).check_size()
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
    return dict(configuration.document)


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


_MODES: Final = SelectSelectorConfig(
    options=[mode.value for mode in ControlMode],
    translation_key="mqtt_devices_mode",
    mode=SelectSelectorMode.DROPDOWN,
)


def _details_schema(*, with_area: bool) -> vol.Schema:
    """Return the fields of a device; rare ones are folded."""
    types = SelectSelectorConfig(
        options=[SENSOR_TYPE, ACTUATOR_TYPE],
        translation_key="mqtt_devices_type",
        custom_value=True,
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
        vol.Optional(CONF_MODE): SelectSelector(_MODES),
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
