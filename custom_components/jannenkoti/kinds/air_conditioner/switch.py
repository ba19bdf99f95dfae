"""The switches of the thermostat, the device and the sleep schedule.

The climate entity is the usual switch; the first two are disabled by default.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory

from .entity import AirConditionerEntity
from .options import SLEEP

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import AirConditionerConfigEntry, AirConditionerCoordinator


@dataclass(frozen=True, kw_only=True)
class AirConditionerSwitchDescription(SwitchEntityDescription):
    """A switch as a row."""

    needs_device: bool = False
    """Whether it is unavailable while the air conditioner does not respond."""
    is_on_fn: Callable[[AirConditionerCoordinator], bool | None]
    """Whether it is on; None while unknown."""
    set_fn: Callable[[AirConditionerCoordinator, bool], Awaitable[None]]
    """What switches it."""


def _device_is_on(coordinator: AirConditionerCoordinator) -> bool | None:
    device = coordinator.data.device
    return None if device is None else device.on


async def _async_set_thermostat(
    coordinator: AirConditionerCoordinator, on: bool
) -> None:
    if on:
        await coordinator.async_request(lambda saved, now: saved.enabled(now))
    else:
        await coordinator.async_request(lambda saved, _now: saved.disabled())


SWITCHES = (
    AirConditionerSwitchDescription(
        key="thermostat",
        is_on_fn=lambda coordinator: coordinator.data.request.regulate,
        set_fn=_async_set_thermostat,
    ),
    AirConditionerSwitchDescription(
        key="power",
        needs_device=True,
        is_on_fn=_device_is_on,
        set_fn=lambda coordinator, on: coordinator.async_request(
            lambda saved, _now: saved.powered(on=on)
        ),
    ),
    AirConditionerSwitchDescription(
        key="sleep",
        entity_category=EntityCategory.CONFIG,
        is_on_fn=lambda coordinator: coordinator.options.planning.scheduled,
        set_fn=lambda coordinator, on: coordinator.async_set_options({SLEEP: on}),
    ),
)


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: AirConditionerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the switches."""
    async_add_entities(
        AirConditionerSwitch(entry.runtime_data, description)
        for description in SWITCHES
    )


class AirConditionerSwitch(AirConditionerEntity, SwitchEntity):
    """A switch of the thermostat."""

    entity_description: AirConditionerSwitchDescription

    def __init__(
        self,
        coordinator: AirConditionerCoordinator,
        description: AirConditionerSwitchDescription,
    ) -> None:
        """Initialize from a description."""
        super().__init__(coordinator, description.key)
        self.entity_description = description
        self.needs_device = description.needs_device

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether it is on; None while unknown."""
        return self.entity_description.is_on_fn(self.coordinator)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch on."""
        await self.entity_description.set_fn(self.coordinator, True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Switch off."""
        await self.entity_description.set_fn(self.coordinator, False)
