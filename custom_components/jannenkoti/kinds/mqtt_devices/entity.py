"""What the entities of a device, and those of the entry, have in common."""

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, override

from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er

from ...const import DOMAIN
from ...entity import KotiEntity
from .claims.claim import from_data, to_data
from .const import DEVICE
from .device_coordinator import DeviceCoordinator, EntryCounts
from .devices.device_types import device_type_of
from .devices.modes import TooLarge, Update

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity import Entity
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .claims.claim import Claim
    from .coordinator import MqttDevices, MqttDevicesEntry
    from .devices.device import Device
    from .devices.device_types import Actuator, Quantity
    from .wire.payload import Json


def device_key(entry: ConfigEntry, serial: str) -> str:
    """Return what identifies a device."""
    return f"{entry.unique_id}_{serial}"


@callback
def async_register_device(
    hass: HomeAssistant, entry: ConfigEntry, device: DeviceCoordinator
) -> None:
    """Let the device registry know what a device is."""
    identity = device.rules.device.identity
    dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        config_subentry_id=device.subentry_id,
        identifiers={(DOMAIN, device_key(entry, device.serial))},
        name=identity.name,
        model=identity.model,
        serial_number=device.serial,
        via_device_id=dr.async_get_device_id_by_identifier(
            hass, (DOMAIN, str(entry.unique_id)), config_entry_id=entry.entry_id
        ),
    )


@callback
def async_add_subentry(hass: HomeAssistant, entry: ConfigEntry, claim: Claim) -> None:
    """Keep a claim; the entry hears of it and does the rest."""
    hass.config_entries.async_add_subentry(
        entry,
        ConfigSubentry(
            data=MappingProxyType(to_data(claim)),
            subentry_type=DEVICE,
            title=claim.identity.name or claim.serial,
            unique_id=claim.serial,
        ),
    )


@callback
def async_rename_subentry(
    hass: HomeAssistant, entry: ConfigEntry, device: DeviceCoordinator
) -> None:
    """Keep what a device is called now."""
    subentry = entry.subentries[device.subentry_id]
    identity = device.rules.device.identity
    claim = replace(from_data(subentry.title, subentry.data), identity=identity)
    hass.config_entries.async_update_subentry(
        entry, subentry, title=identity.name or device.serial, data=to_data(claim)
    )


@callback
def async_add_to_each(
    entry: MqttDevicesEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    make: Callable[[DeviceCoordinator], Iterable[Entity]],
) -> None:
    """Add to each device what it has, now and when one is claimed."""

    @callback
    def async_add(device: DeviceCoordinator) -> None:
        async_add_entities(make(device), config_subentry_id=device.subentry_id)

    entry.runtime_data.async_listen(async_add)


@callback
def async_add_actuators(
    entry: MqttDevicesEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    actuator: Actuator,
    make: Callable[[DeviceCoordinator], Entity],
) -> None:
    """Add what switches a device over to those that are such an actuator."""
    async_add_to_each(
        entry,
        async_add_entities,
        lambda device: (
            [make(device)] if device_type_of(device.serial).actuator is actuator else []
        ),
    )


@callback
def async_add_parameters(
    entry: MqttDevicesEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    make: Callable[[DeviceCoordinator, str, Quantity], Entity],
    *,
    binary: bool,
) -> None:
    """Add the parameters of each device, as far as they are not there yet."""

    @callback
    def async_add(device: DeviceCoordinator) -> None:
        async_add_entities(
            [
                make(device, name, quantity)
                for name, quantity in device.async_new_parameters(binary=binary)
            ],
            config_subentry_id=device.subentry_id,
        )

    entry.runtime_data.async_listen(async_add, async_add)


class DeviceEntity(KotiEntity[DeviceCoordinator]):
    """An entity of a claimed device."""

    def __init__(self, coordinator: DeviceCoordinator, key: str) -> None:
        """Belong to the device."""
        key_of_device = device_key(coordinator.entry, coordinator.serial)
        super().__init__(
            coordinator,
            device_info=dr.DeviceInfo(identifiers={(DOMAIN, key_of_device)}),
            device_key=key_of_device,
            key=key,
        )

    @property
    def device(self) -> Device:
        """Return what is rules of the device."""
        return self.coordinator.data

    @property
    def _runtime(self) -> MqttDevices:
        entry: MqttDevicesEntry = self.coordinator.entry
        return entry.runtime_data

    @callback
    def async_update_device(self, update: Update) -> None:
        """Tell the device something."""
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
    """An entity that means nothing while the device is silent."""

    @property
    @override
    def available(self) -> bool:
        """Say whether the device was received lately."""
        return super().available and not self.device.silent


class ParameterEntity(ReportedEntity):
    """What shows one parameter; woken by that alone."""

    _other_platform: Platform
    """Where it was shown if it was of the other sort in an earlier life."""

    def __init__(
        self, coordinator: DeviceCoordinator, name: str, quantity: Quantity
    ) -> None:
        """Be called as we call the quantity, or as the device does."""
        super().__init__(coordinator, f"parameter_{name}")
        self._name = name
        if quantity.key:
            self._attr_translation_key = f"{self.kind}_{quantity.key}"
        else:
            self._attr_name = name
        if quantity.diagnostic:
            self._attr_entity_category = EntityCategory.DIAGNOSTIC

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the parameter, and let no other entity pretend to show it."""
        await super().async_added_to_hass()
        registry = er.async_get(self.hass)
        former = registry.async_get_entity_id(
            self._other_platform, DOMAIN, str(self.unique_id)
        )
        if former is not None:
            registry.async_remove(former)
        self.async_on_remove(
            self.coordinator.async_listen_to_parameter(
                self._name, self._handle_coordinator_update
            )
        )


class ActuatorEntity(ReportedEntity):
    """What switches a device over, and may show a parameter of its own."""

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to that parameter."""
        await super().async_added_to_hass()
        name = device_type_of(self.coordinator.serial).own_parameter
        if name is not None:
            self.async_on_remove(
                self.coordinator.async_listen_to_parameter(
                    name, self._handle_coordinator_update
                )
            )

    @callback
    def async_switch(self, on: bool, **settings: Json) -> None:  # noqa: FBT001
        """Switch it over by hand; in schedule mode that holds until the next edge."""
        said: Mapping[str, Json] | None = settings or None
        self.async_update_device(Update(configuration=said, on=on))


class CountsEntity(KotiEntity[EntryCounts]):
    """An entity of the entry itself."""

    def __init__(self, entry: ConfigEntry, coordinator: EntryCounts, key: str) -> None:
        """Belong to the device of the entry."""
        own_key = str(entry.unique_id)
        super().__init__(
            coordinator,
            device_info=dr.DeviceInfo(identifiers={(DOMAIN, own_key)}),
            device_key=own_key,
            key=key,
        )
