"""The entities of a printer that another integration provides."""

import asyncio
from typing import TYPE_CHECKING, Any, Final

from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT, STATE_UNAVAILABLE
from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event

from ...calls import CallFailed, async_call_action
from ...const import DOMAIN
from .adopted.reading import Shown
from .adopted.roles import CONF_NAMES, CONF_ROLES, Candidate, Role
from .wire.errors import Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant

_LONGEST_ACTION: Final = 30.0
# What is asked for once more before the plug is switched off.
_SAFETY: Final = (Role.STATE, Role.NOZZLE, Role.NOZZLE_TARGET)


def roles_of(data: Mapping[str, Any]) -> dict[Role, tuple[str, ...]]:
    """Return the entities of an entry by their roles, as they are stored."""
    return {
        Role(role): tuple(entities)
        for role, entities in data[CONF_ROLES].items()
        if role in Role and entities
    }


def resolve(hass: HomeAssistant, stored: str) -> str | None:
    """Return the entity id of a stored entity; None if it is missing or disabled."""
    registry = er.async_get(hass)
    if (entity := registry.entities.get_entry(stored)) is None:
        if "." not in stored:
            return None
        if (entity := registry.async_get(stored)) is None:
            is_there = hass.states.get(stored) is not None or not hass.is_running
            return stored if is_there else None
    return None if entity.disabled else entity.entity_id


class SourceEntities:
    """The entities of a printer of another integration."""

    def __init__(
        self, hass: HomeAssistant, data: Mapping[str, Any], changed: Callable[[], None]
    ) -> None:
        """Initialize; `changed` is called when there may be something else to read."""
        self.connected = False
        """Whether the printer is connected, by what its entities show."""
        self.roles = roles_of(data)
        self._hass = hass
        self._names: Mapping[str, str] = data[CONF_NAMES]
        self._changed = changed
        self._entity_ids: set[str] = set()
        self._untrack: CALLBACK_TYPE | None = None

    @callback
    def async_listen(self) -> CALLBACK_TYPE:
        """Listen to changes of the entities and of their ids."""
        remove = self._hass.bus.async_listen(
            er.EVENT_ENTITY_REGISTRY_UPDATED, self._registry_updated
        )
        self._track()

        @callback
        def stop() -> None:
            remove()
            if self._untrack is not None:
                self._untrack()

        return stop

    @callback
    def _track(self) -> None:
        """Listen to the states under the current entity ids."""
        if self._untrack is not None:
            self._untrack()
        self._entity_ids = {each for role in self.roles for each in self.ids(role)}
        self._untrack = async_track_state_change_event(
            self._hass, self._entity_ids, self._state_changed
        )

    @callback
    def _state_changed(self, _event: Event[Any]) -> None:
        self._changed()

    @callback
    def _registry_updated(
        self, _event: Event[er.EventEntityRegistryUpdatedData]
    ) -> None:
        """React to an entity that was renamed, removed, disabled or added again."""
        now = {each for role in self.roles for each in self.ids(role)}
        if now != self._entity_ids:
            self._track()
            self._changed()

    def ids(self, role: Role) -> list[str]:
        """Return the current entity ids of a role."""
        found = (resolve(self._hass, each) for each in self.roles.get(role, ()))
        return [entity_id for entity_id in found if entity_id is not None]

    def missing(self) -> list[str]:
        """Return the entities that were removed or are disabled, as they were named."""
        stored = (each for entities in self.roles.values() for each in entities)
        gone = dict.fromkeys(each for each in stored if not resolve(self._hass, each))
        return [self._names.get(each, each) for each in gone]

    @property
    def has_state(self) -> bool:
        """Return whether the entity with the state of the job is there."""
        return bool(self.ids(Role.STATE))

    def registered(self) -> er.RegistryEntry | None:
        """Return the entity with the state of the job, if it is registered."""
        found = self.ids(Role.STATE)
        return er.async_get(self._hass).async_get(found[0]) if found else None

    @property
    def platform(self) -> str:
        """Return the integration that provides the state of the job."""
        registry = er.async_get(self._hass)
        for stored in self.roles.get(Role.STATE, ()):
            entity = registry.entities.get_entry(stored) or registry.async_get(stored)
            if entity is not None:  # One that is disabled may be enabled again.
                return entity.platform
        return ""

    def device(self) -> dr.DeviceEntry | None:
        """Return the device of the printer in the other integration."""
        entity = self.registered()
        device_id = None if entity is None else entity.device_id
        device = dr.async_get(self._hass).async_get(device_id or "")
        return device if isinstance(device, dr.DeviceEntry) else None

    def states(self) -> dict[Role, list[Shown]]:
        """Return what all entities show; a missing one shows that it is unavailable."""
        return {
            role: [self._shown(resolve(self._hass, each)) for each in entities]
            for role, entities in self.roles.items()
        }

    def _shown(self, entity_id: str | None) -> Shown:
        state = None if entity_id is None else self._hass.states.get(entity_id)
        if state is None:
            return Shown(STATE_UNAVAILABLE)
        unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
        return Shown(state.state, "" if unit is None else str(unit))

    async def async_refresh(self) -> None:
        """Let the other integration update what matters; raises Unreachable."""
        entities = [each for role in _SAFETY for each in self.ids(role)]
        data = {"entity_id": entities}
        try:
            await async_call_action(
                self._hass,
                "homeassistant",
                "update_entity",
                data,
                within=_LONGEST_ACTION,
            )
        except CallFailed as err:
            raise Unreachable(str(err)) from err
        self._changed()
        await asyncio.sleep(0)  # Until it has been read.


def candidates_of(
    hass: HomeAssistant, device_id: str, *, disabled: bool = False
) -> Iterator[Candidate]:
    """Yield the entities of a device; with `disabled` only those that are."""
    registry = er.async_get(hass)
    for entity in er.async_entries_for_device(
        registry, device_id, include_disabled_entities=True
    ):
        if entity.platform != DOMAIN and entity.disabled is disabled:
            yield _candidate(entity)


def _candidate(entity: er.RegistryEntry) -> Candidate:
    options = (entity.capabilities or {}).get("options")
    return Candidate(
        entity=entity.entity_id,
        domain=entity.domain,
        platform=entity.platform,
        unique_id=entity.unique_id,
        entry_id=entity.config_entry_id or "",
        translation_key=entity.translation_key or "",
        device_class=entity.device_class or entity.original_device_class or "",
        unit=entity.unit_of_measurement or "",
        options=tuple(map(str, options)) if isinstance(options, list | tuple) else (),
    )
