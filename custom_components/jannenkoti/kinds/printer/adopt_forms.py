"""The forms that adopt a printer of another integration: device, then entities."""

from typing import TYPE_CHECKING, Any, Final, override

import voluptuous as vol
from homeassistant.components.camera import DOMAIN as CAMERA
from homeassistant.const import CONF_DEVICE_ID
from homeassistant.data_entry_flow import section
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import DeviceSelector, EntitySelector

from ...const import DOMAIN
from ...flow import Form, FormError
from .adopted.controls import PRESS
from .adopted.roles import (
    CONF_NAMES,
    CONF_ROLES,
    CONTROLS,
    MANY,
    Role,
    recognize,
)
from .adopted.tables import INTEGRATIONS, guess
from .adopted.words import word_of
from .adopted_entity import candidates_of
from .job.status import JobState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.selector import (
        DeviceFilterSelectorConfig,
        EntitySelectorConfig,
    )


_MORE: Final = "more"
_VALUES: Final = (
    *("sensor", "number", "select"),
    *("input_number", "input_text", "input_select"),
)
_DOMAINS: Final = {
    Role.CAMERA: (CAMERA,),
    **dict.fromkeys(CONTROLS, tuple(PRESS)),
}
_FIRST: Final = (Role.PROGRESS, Role.LAYER, Role.NOZZLE, *CONTROLS)
_RARE: Final = (
    Role.STAGE,
    Role.TOTAL_LAYERS,
    Role.REMAINING,
    Role.FINISH,
    Role.FILE,
    Role.NOZZLE_TARGET,
    Role.BED,
)
_NOT_READ: Final = frozenset({"unavailable", "unknown"})


def recognized(
    hass: HomeAssistant, device_id: str, *, disabled: bool = False
) -> dict[Role, list[str]]:
    """Return the entities of a device by their roles; or only those disabled."""
    candidates = candidates_of(hass, device_id, disabled=disabled)
    return recognize(candidates, INTEGRATIONS, guess)


def _printers(hass: HomeAssistant) -> list[str]:
    """Return the integrations with devices that may be printers."""
    registry, found = er.async_get(hass), set(INTEGRATIONS)
    devices = {entity.device_id for entity in registry.entities.values()}
    for device_id in devices - {None}:
        roles = recognized(hass, device_id or "")
        if Role.STATE in roles and (Role.PROGRESS in roles or Role.LAYER in roles):
            entity = registry.async_get(roles[Role.STATE][0])
            found.add("" if entity is None else entity.platform)
    return sorted(found)


def _device_schema(hass: HomeAssistant) -> vol.Schema:
    filters: list[DeviceFilterSelectorConfig] = [
        {"integration": each} for each in _printers(hass)
    ]
    return vol.Schema(
        {vol.Optional(CONF_DEVICE_ID): DeviceSelector({"filter": filters})}
    )


async def _async_check_device(
    hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Return the device; raises FormError if it is one of ours."""
    device_id = answers.get(CONF_DEVICE_ID)
    registry = er.async_get(hass)
    if device_id is not None and any(
        entity.platform == DOMAIN
        for entity in er.async_entries_for_device(
            registry, device_id, include_disabled_entities=True
        )
    ):
        raise FormError("printer_own_device", CONF_DEVICE_ID)
    return {CONF_DEVICE_ID: device_id}


DEVICE: Final = Form(schema=_device_schema, async_check=_async_check_device)


def _own_entities(hass: HomeAssistant) -> list[str]:
    """Return our entities, which are never a source."""
    entities = er.async_get(hass).entities.values()
    return [each.entity_id for each in entities if each.platform == DOMAIN]


class _OthersSelector(EntitySelector):
    """Offers entities without our own.

    One that is sent all the same is refused by the form with a reason; the selector's
    own error would end the flow.
    """

    @override
    def __call__(self, data: Any) -> str | list[str]:
        """Check the answer without the entities that are not offered."""
        config: EntitySelectorConfig = {
            "filter": self.config["filter"],
            "multiple": self.config["multiple"],
        }
        return EntitySelector(config)(data)


def _selector(role: Role, own: list[str]) -> EntitySelector:
    domains = list(_DOMAINS.get(role, _VALUES))
    return _OthersSelector(
        {
            "filter": [{"domain": domains}],
            "multiple": role in MANY,
            # A camera of ours is as good as any other: it is no source.
            "exclude_entities": [] if role is Role.CAMERA else own,
        }
    )


def _roles_form(*, new: bool) -> Form:
    """Return the form of the entities; a new printer has a camera, too."""

    def schema(hass: HomeAssistant) -> vol.Schema:
        own = _own_entities(hass)
        first = (*_FIRST, *((Role.CAMERA,) if new else ()))
        rare = vol.Schema({vol.Optional(role): _selector(role, own) for role in _RARE})
        return vol.Schema(
            {
                vol.Required(Role.STATE): _selector(Role.STATE, own),
                **{vol.Optional(role): _selector(role, own) for role in first},
                vol.Required(_MORE): section(rare, {"collapsed": True}),
            }
        )

    return Form(schema=schema, async_check=_async_check_roles)


async def _async_check_roles(
    hass: HomeAssistant, answers: dict[str, Any]
) -> dict[str, Any]:
    """Return the entities as they are stored; raises FormError."""
    registry = er.async_get(hass)
    roles, names = dict[str, list[str]](), dict[str, str]()
    for role in Role:
        if role is Role.CAMERA:
            continue  # It is an option.
        chosen = answers.get(role) or []
        for entity_id in [chosen] if isinstance(chosen, str) else chosen:
            entity = registry.async_get(entity_id)
            if entity is not None and entity.platform == DOMAIN:
                raise FormError("printer_own_entity", role)
            # The registry's id stays when the user renames the entity.
            stored = entity_id if entity is None else entity.id
            roles.setdefault(role.value, []).append(stored)
            names[stored] = entity_id
    _check_state(hass, answers[Role.STATE])
    return {CONF_ROLES: roles, CONF_NAMES: names, Role.CAMERA: answers.get(Role.CAMERA)}


def _check_state(hass: HomeAssistant, entity_id: str) -> None:
    """Raise FormError if an entity does not show the state of a print."""
    state = hass.states.get(entity_id)
    if state is None:
        raise FormError("printer_entity_missing", Role.STATE)
    entity = er.async_get(hass).async_get(entity_id)
    platform = "" if entity is None else entity.platform
    known = word_of(platform, state.state) is not JobState.UNKNOWN
    if not known and state.state not in _NOT_READ:
        raise FormError("printer_state_unknown", Role.STATE, state=state.state)


ENTITIES: Final = _roles_form(new=True)
CHANGED_ENTITIES: Final = _roles_form(new=False)


def suggested(roles: Mapping[Role, list[str]]) -> dict[str, Any]:
    """Return what the form is filled in with."""
    return {
        role.value: entities if role in MANY else entities[0]
        for role, entities in roles.items()
        if entities
    }


def names_of(hass: HomeAssistant, roles: Mapping[Role, list[str]]) -> str:
    """Return the names of disabled entities, for a text."""
    registry = er.async_get(hass)
    entries = (registry.async_get(each) for found in roles.values() for each in found)
    return ", ".join(
        entry.name or entry.original_name or entry.entity_id
        for entry in entries
        if entry is not None
    )
