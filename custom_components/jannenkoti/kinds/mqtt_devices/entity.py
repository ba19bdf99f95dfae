"""What the entities of a device, and those of the entry, have in common."""

import asyncio
from typing import TYPE_CHECKING, Final, override

from homeassistant.const import EntityCategory, Platform
from homeassistant.core import callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er

from ...const import DOMAIN
from ...entity import PushEntity
from .device_coordinator import DeviceCoordinator, device_key
from .devices.device_types import ACTUATOR_TYPE
from .devices.modes import TooLarge, Update
from .entry_coordinator import EntryCounts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.helpers.entity import Entity, EntityDescription
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import MqttDevices, MqttDevicesConfigEntry
    from .devices.device import Device
    from .devices.device_types import Actuator, Quantity
    from .wire.payload import Json, Scalar

# Devices whose entities are added before other tasks get their turn.
_AT_ONCE: Final = 10


async def async_add_to_each(
    entry: MqttDevicesConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    make: Callable[[DeviceCoordinator], Iterable[Entity]],
    *,
    with_new_parameters: bool = False,
) -> None:
    """Add the entities of each device, now and when one is claimed."""
    devices = entry.runtime_data

    @callback
    def async_add(device: DeviceCoordinator) -> None:
        if found := list(make(device)):
            async_add_entities(found, config_subentry_id=device.subentry_id)

    there = list(devices.devices.values())
    devices.async_subscribe(async_add, async_add if with_new_parameters else None)
    for number, device in enumerate(there, 1):
        if devices.devices.get(device.serial) is device:
            async_add(device)
        if number % _AT_ONCE == 0:
            await asyncio.sleep(0)


async def async_add_actuators(
    entry: MqttDevicesConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    actuator: Actuator,
    make: Callable[[DeviceCoordinator], Entity],
) -> None:
    """Add the entity that switches a device to all that are such an actuator."""
    await async_add_to_each(
        entry,
        async_add_entities,
        lambda device: (
            [make(device)] if device.device_type.actuator is actuator else []
        ),
    )


async def async_add_parameters(
    entry: MqttDevicesConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    make: Callable[[DeviceCoordinator, str, Quantity], Entity],
    *,
    binary: bool,
) -> None:
    """Add the parameters of each device that have no entity yet."""
    await async_add_to_each(
        entry,
        async_add_entities,
        lambda device: [
            make(device, name, quantity)
            for name, quantity in device.async_new_parameters(binary=binary)
        ],
        with_new_parameters=True,
    )


def follows_schedule(device: DeviceCoordinator) -> bool:
    """Return whether a device has a use for a schedule."""
    return device.device_type.acts or device.data.identity.type == ACTUATOR_TYPE


class DeviceEntity(PushEntity[DeviceCoordinator]):
    """An entity of a claimed device."""

    def __init__(self, coordinator: DeviceCoordinator, key: str) -> None:
        """Identify the entity by its device and a key."""
        key_of_device = device_key(coordinator.entry, coordinator.serial)
        super().__init__(
            coordinator,
            device_info=dr.DeviceInfo(identifiers={(DOMAIN, key_of_device)}),
            device_key=key_of_device,
            key=key,
        )

    @property
    def device(self) -> Device:
        """Return the state of the device."""
        return self.coordinator.data

    @property
    def _runtime(self) -> MqttDevices:
        entry: MqttDevicesConfigEntry = self.coordinator.entry
        return entry.runtime_data

    @callback
    def async_update_device(self, update: Update) -> None:
        """Change settings of the device; raises ServiceValidationError if too large."""
        try:
            self._runtime.async_update(self.coordinator.serial, update)
        except TooLarge:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="mqtt_devices_configuration_too_large",
            ) from None

    @callback
    def async_configure(self, **settings: Json) -> None:
        """Change settings of the configuration."""
        self.async_update_device(Update(configuration=settings))


class ReportedEntity(DeviceEntity):
    """An entity that is unavailable while the device is silent."""

    @property
    @override
    def available(self) -> bool:
        """Return whether the device reports."""
        return super().available and not self.coordinator.data.silent


class ParameterEntity(ReportedEntity):
    """An entity that shows one parameter, and is updated with that alone."""

    _other_platform: Platform
    """Where it is shown if it is of the other sort."""

    def __init__(
        self, coordinator: DeviceCoordinator, name: str, quantity: Quantity
    ) -> None:
        """Name the entity by its quantity, or as the device does."""
        super().__init__(coordinator, f"parameter_{name}")
        self._name = name
        if quantity.key:
            self._attr_translation_key = f"{self.kind}_{quantity.key}"
        else:
            self._attr_name = name
        if quantity.diagnostic:
            self._attr_entity_category = EntityCategory.DIAGNOSTIC
        if coordinator.device_type.is_of_another_type(name):
            self._attr_entity_registry_enabled_default = False

    @property
    def _may_skip(self) -> bool:
        """Whether a burst of messages may skip values."""
        return False

    @property
    def value(self) -> Scalar | None:
        """Return the value as the device reports it."""
        return self.coordinator.parameter(self._name)

    @override
    async def async_added_to_hass(self) -> None:
        """Subscribe to the parameter, and remove an entity of the other sort."""
        await super().async_added_to_hass()
        registry = er.async_get(self.hass)
        former = registry.async_get_entity_id(
            self._other_platform, DOMAIN, str(self.unique_id)
        )
        if former is not None:
            registry.async_remove(former)
        self.async_on_remove(
            self.coordinator.async_listen_to_parameter(
                self._name, self._handle_coordinator_update, may_skip=self._may_skip
            )
        )


class ActuatorEntity(ReportedEntity):
    """An entity that switches a device, and may show a parameter of its own."""

    @property
    def own_value(self) -> Scalar | None:
        """Return the value of the parameter of its own."""
        name = self.coordinator.device_type.own_parameter
        return None if name is None else self.coordinator.parameter(name)

    @override
    async def async_added_to_hass(self) -> None:
        """Subscribe to that parameter."""
        await super().async_added_to_hass()
        name = self.coordinator.device_type.own_parameter
        if name is not None:
            self.async_on_remove(
                self.coordinator.async_listen_to_parameter(
                    name, self._handle_coordinator_update
                )
            )

    @callback
    def async_switch(self, on: bool, **settings: Json) -> None:  # noqa: FBT001
        """Switch the device; in schedule mode that holds until the next edge."""
        changes: Mapping[str, Json] | None = settings or None
        self.async_update_device(Update(configuration=changes, on=on))


class CountsEntity(PushEntity[EntryCounts]):
    """An entity of the entry itself."""

    def __init__(
        self,
        entry: ConfigEntry,
        counts: EntryCounts,
        key: str | EntityDescription,
    ) -> None:
        """Identify the entity by the entry and a key."""
        own_key = str(entry.unique_id)
        super().__init__(
            counts,
            device_info=dr.DeviceInfo(identifiers={(DOMAIN, own_key)}),
            device_key=own_key,
            key=key,
        )
