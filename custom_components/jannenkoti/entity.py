"""What the entities of all kinds have in common."""

from typing import TYPE_CHECKING, Any, ClassVar, Unpack

from homeassistant.core import callback
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.update_coordinator import (
    BaseCoordinatorEntity,
    CoordinatorEntity,
    DataUpdateCoordinator,
)

from .const import DOMAIN
from .push import PushSource

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.helpers.device_registry import DeviceInfo


def device_of(
    entry: ConfigEntry, **details: Unpack[DeviceInfo]
) -> tuple[str, DeviceInfo]:
    """Return the key and the description of the one device of an entry.

    What made the entry unique, such as a serial number, identifies the device too.
    """
    key = entry.unique_id or entry.entry_id
    named: DeviceInfo = {"identifiers": {(DOMAIN, key)}, "name": entry.title}
    return key, {**named, **details}


class _KindEntity(Entity):
    """An entity of a device, named by its translation key.

    A key never changes. Its unique id is ``<device>_<key>``, its translation key
    ``<kind>_<key>``, so that two kinds never use the same text.
    """

    _attr_has_entity_name = True
    kind: ClassVar[str] = ""
    """The kind in whose folder the class stands."""

    def __init_subclass__(cls, **kwargs: object) -> None:
        """Find the kind by the place of the module, and declare the rename hook.

        Home Assistant 2026.11 looks for the hook in the class itself, so that a
        subclass with its own `async_added_to_hass` does not omit it.
        """
        super().__init_subclass__(**kwargs)
        setattr(cls, "async_entity_id_changed", cls.async_entity_id_changed)  # noqa: B010
        _, found, inside = cls.__module__.partition(".kinds.")
        if found:
            cls.kind = inside.partition(".")[0]

    @callback
    def async_entity_id_changed(self, old_entity_id: str) -> None:
        """Keep all subscriptions: none of them depends on the entity's own id.

        Without this method Home Assistant 2026.11 removes and adds a renamed entity.
        """
        inherited = getattr(super(), "async_entity_id_changed", None)
        if inherited is not None:
            inherited(old_entity_id)

    def _identify(
        self, key: str | EntityDescription, device_key: str, device_info: DeviceInfo
    ) -> None:
        """Set what identifies and names the entity; a description also describes it."""
        # A description that is not subclassed is no instance of its base class.
        if not isinstance(key, str):
            self.entity_description = key
            key = key.key
        self.key = key.removeprefix(f"{self.kind}_")
        self._attr_unique_id = f"{device_key}_{self.key}"
        self._attr_translation_key = f"{self.kind}_{self.key}"
        self._attr_device_info = device_info


class KotiEntity[CoordinatorT: DataUpdateCoordinator[Any]](
    CoordinatorEntity[CoordinatorT], _KindEntity
):
    """An entity that shows what a coordinator polls."""

    def __init__(
        self,
        coordinator: CoordinatorT,
        *,
        device_info: DeviceInfo,
        device_key: str,
        key: str | EntityDescription,
    ) -> None:
        """Identify the entity by its device and a key that never changes."""
        super().__init__(coordinator)
        self._identify(key, device_key, device_info)

    @property
    def shown(self) -> object:
        """Return the data that the rows of described entities read."""
        return self.coordinator.data


class PushEntity[SourceT: PushSource[Any]](BaseCoordinatorEntity[SourceT], _KindEntity):
    """An entity that shows what a device pushes."""

    def __init__(
        self,
        source: SourceT,
        *,
        device_info: DeviceInfo,
        device_key: str,
        key: str | EntityDescription,
    ) -> None:
        """Identify the entity by its device and a key that never changes."""
        super().__init__(source)
        self._identify(key, device_key, device_info)

    @property
    def shown(self) -> object:
        """Return the data that the rows of described entities read."""
        return self.coordinator.data

    async def async_update(self) -> None:
        """Do nothing: there is nothing to ask."""
