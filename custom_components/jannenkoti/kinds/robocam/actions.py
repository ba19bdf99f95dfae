"""Actions on camera entities: Home Assistant has none that move a camera."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol
from homeassistant.const import Platform
from homeassistant.core import callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv

from ...const import DOMAIN
from ...lib.reading import read_number
from ...rights import async_register_entity_action
from .entity import RoboCamEntity
from .motion.patrol import (
    DEFAULT_DWELL,
    LONGEST_DWELL,
    MOST_STOPS,
    SHORTEST_DWELL,
    Patrol,
    Stop,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping
    from datetime import timedelta

    from homeassistant.core import HomeAssistant, ServiceCall
    from homeassistant.helpers.entity import Entity

    from .motion.controller import Controller

_X: Final = "x"
_Y: Final = "y"
_RELATIVE: Final = "relative"
_PRESET: Final = "preset"
_PRESETS: Final = "presets"
_DWELL: Final = "dwell"

# Characters of a text such as "-00:00:30.000", and far more than the keys of a mapping.
_LONGEST_PERIOD: Final = 32


def _number(value: object) -> float:
    """Validate a finite number; raises Invalid."""
    if (number := read_number(value)) is None:
        msg = "expected a finite number"
        raise vol.Invalid(msg)
    return number


def _period(value: object) -> timedelta:
    """Validate a period; raises Invalid, for infinite ones too."""
    if isinstance(value, dict | str) and len(value) > _LONGEST_PERIOD:
        # Checked first, because each key that is not known becomes an error of its own.
        msg = "expected a period"
        raise vol.Invalid(msg)
    try:
        period: timedelta = cv.positive_time_period(value)
    except OverflowError as err:
        raise vol.Invalid(str(err)) from err
    return period


_ANGLE: Final = vol.All(_number, vol.Range(min=-360, max=360), round)


@dataclass(frozen=True, kw_only=True)
class Action:
    """Describes an action."""

    schema: Mapping[Any, Any]
    """The fields."""
    request_fn: Callable[[Controller, Mapping[str, Any]], Coroutine[Any, Any, None]]
    """The request that it makes; raises CameraError."""


async def _async_move(controller: Controller, fields: Mapping[str, Any]) -> None:
    """Move to a preset or a position, or by some degrees."""
    if _PRESET in fields:
        await controller.async_recall(fields[_PRESET])
    elif fields[_RELATIVE]:
        await controller.async_turn(fields.get(_X), fields.get(_Y))
    else:
        await controller.async_move(x=fields.get(_X), y=fields.get(_Y))


async def _async_store(controller: Controller, fields: Mapping[str, Any]) -> None:
    """Store the target position under a name."""
    await controller.async_store_preset(fields[_PRESET])


async def _async_delete(controller: Controller, fields: Mapping[str, Any]) -> None:
    """Delete a preset."""
    await controller.async_delete_preset(fields[_PRESET])


async def _async_start(controller: Controller, fields: Mapping[str, Any]) -> None:
    """Patrol over the given presets, or all of them."""
    presets = fields.get(_PRESETS) or controller.saved.presets
    stops = tuple(Stop(preset, fields[_DWELL]) for preset in presets)
    await controller.async_start_patrol(Patrol(stops))


async def _async_stop(controller: Controller, _fields: Mapping[str, Any]) -> None:
    """End the patrol."""
    controller.stop_patrol()


ACTIONS: Final = {
    "robocam_move": Action(
        schema={
            vol.Optional(_X): _ANGLE,
            vol.Optional(_Y): _ANGLE,
            vol.Optional(_RELATIVE, default=False): cv.boolean,
            vol.Optional(_PRESET): cv.string,
        },
        request_fn=_async_move,
    ),
    "robocam_store_preset": Action(
        schema={vol.Required(_PRESET): cv.string}, request_fn=_async_store
    ),
    "robocam_delete_preset": Action(
        schema={vol.Required(_PRESET): cv.string}, request_fn=_async_delete
    ),
    "robocam_start_patrol": Action(
        schema={
            vol.Optional(_PRESETS): vol.All(
                cv.ensure_list, vol.Length(max=MOST_STOPS), [cv.string]
            ),
            vol.Optional(_DWELL, default=DEFAULT_DWELL): vol.All(
                _period, vol.Range(min=SHORTEST_DWELL, max=LONGEST_DWELL)
            ),
        },
        request_fn=_async_start,
    ),
    "robocam_stop_patrol": Action(schema={}, request_fn=_async_stop),
}


@callback
def async_register_actions(hass: HomeAssistant) -> None:
    """Register the actions."""
    for name, action in ACTIONS.items():
        async_register_entity_action(
            hass,
            name,
            partial(_async_perform, action),
            entity_domain=Platform.CAMERA,
            schema=dict(action.schema),
        )


async def _async_perform(action: Action, entity: Entity, call: ServiceCall) -> None:
    """Perform an action on the camera of an entity."""
    # The target is a camera of another device family.
    if not isinstance(entity, RoboCamEntity):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="robocam_not_a_robocam",
            translation_placeholders={"entity": entity.entity_id},
        )
    coordinator = entity.coordinator
    request = action.request_fn(coordinator.controller, call.data)
    await coordinator.async_perform(request)
