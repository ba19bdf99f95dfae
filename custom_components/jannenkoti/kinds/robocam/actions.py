"""Actions, for Home Assistant has no entity that turns cameras."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import voluptuous as vol
from homeassistant.const import Platform
from homeassistant.core import callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv

from ...const import DOMAIN
from ...rights import async_register_entity_action
from .entity import RoboCamEntity
from .patrol import (
    DEFAULT_DWELL,
    LONGEST_DWELL,
    MOST_STOPS,
    SHORTEST_DWELL,
    Patrol,
    Stop,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from homeassistant.core import HomeAssistant, ServiceCall
    from homeassistant.helpers.entity import Entity

    from .operator import Operator

_X: Final = "x"
_Y: Final = "y"
_RELATIVE: Final = "relative"
_PRESET: Final = "preset"
_PRESETS: Final = "presets"
_DWELL: Final = "dwell"

_ANGLE: Final = vol.All(vol.Coerce(int), vol.Range(min=-360, max=360))


@dataclass(frozen=True, kw_only=True)
class Action:
    """An action as a row."""

    schema: Mapping[Any, Any]
    """Its fields."""
    async_do: Callable[[Operator, Mapping[str, Any]], Coroutine[Any, Any, None]]
    """What the operator does; raises CameraError."""


async def _async_move(operator: Operator, fields: Mapping[str, Any]) -> None:
    """Look at a preset, at a position, or by so much to the side."""
    if _PRESET in fields:
        await operator.async_recall(fields[_PRESET])
    elif fields[_RELATIVE]:
        await operator.async_turn(fields.get(_X, 0), fields.get(_Y, 0))
    else:
        await operator.async_look(x=fields.get(_X), y=fields.get(_Y))


async def _async_start(operator: Operator, fields: Mapping[str, Any]) -> None:
    """Go round over some presets, or all of them."""
    presets = fields.get(_PRESETS) or operator.memory.presets
    stops = tuple(Stop(preset, fields[_DWELL]) for preset in presets)
    await operator.async_patrol(Patrol(stops))


async def _async_stop(operator: Operator, _fields: Mapping[str, Any]) -> None:
    """End the round."""
    operator.stop_patrol()


ACTIONS: Final = {
    "move_camera": Action(
        schema={
            vol.Optional(_X): _ANGLE,
            vol.Optional(_Y): _ANGLE,
            vol.Optional(_RELATIVE, default=False): cv.boolean,
            vol.Optional(_PRESET): cv.string,
        },
        async_do=_async_move,
    ),
    "store_camera_preset": Action(
        schema={vol.Required(_PRESET): cv.string},
        async_do=lambda operator, fields: operator.async_store_preset(fields[_PRESET]),
    ),
    "delete_camera_preset": Action(
        schema={vol.Required(_PRESET): cv.string},
        async_do=lambda operator, fields: operator.async_delete_preset(fields[_PRESET]),
    ),
    "start_camera_patrol": Action(
        schema={
            vol.Optional(_PRESETS): vol.All(
                cv.ensure_list, [cv.string], vol.Length(max=MOST_STOPS)
            ),
            vol.Optional(_DWELL, default=DEFAULT_DWELL): vol.All(
                cv.positive_time_period,
                vol.Range(min=SHORTEST_DWELL, max=LONGEST_DWELL),
            ),
        },
        async_do=_async_start,
    ),
    "stop_camera_patrol": Action(schema={}, async_do=_async_stop),
}


@callback
def async_register_actions(hass: HomeAssistant) -> None:
    """Register the actions, which are performed on camera entities."""
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
    if not isinstance(entity, RoboCamEntity):  # another kind's camera
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="robocam_does_not_turn",
            translation_placeholders={"entity": entity.entity_id},
        )
    coordinator = entity.coordinator
    await coordinator.async_perform(action.async_do(coordinator.operator, call.data))
