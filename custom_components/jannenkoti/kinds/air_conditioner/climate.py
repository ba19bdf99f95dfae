"""The thermostat as a climate entity."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any, override

from homeassistant.components.climate import (
    ATTR_HVAC_MODE,
    ATTR_TEMPERATURE,
    ClimateEntityFeature,
    HVACAction,
    HVACMode,
)
from homeassistant.const import UnitOfTemperature

from ...compat import NativeClimateEntity
from .control.fan_speed import BY_NEED, speeds_of
from .entity import AirConditionerEntity
from .model import HvacMode
from .planning.overrides import Preset

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import AirConditionerCoordinator, AirConditionerEntry

_HVAC_MODES = {
    HvacMode.COOL: HVACMode.COOL,
    HvacMode.DRY: HVACMode.DRY,
    HvacMode.FAN: HVACMode.FAN_ONLY,
    HvacMode.HEAT: HVACMode.HEAT,
}
_MODES = {hvac_mode: mode for mode, hvac_mode in _HVAC_MODES.items()}

_ACTIONS = {
    HvacMode.COOL: HVACAction.COOLING,
    HvacMode.DRY: HVACAction.DRYING,
    HvacMode.FAN: HVACAction.FAN,
    HvacMode.HEAT: HVACAction.HEATING,
}

# Rooms that people live in; the device's own limits are about its set temperature.
COLDEST, WARMEST, _STEP = 10.0, 35.0, 0.5


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: AirConditionerEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the thermostat."""
    async_add_entities([ThermostatEntity(entry.runtime_data, "climate")])


class ThermostatEntity(AirConditionerEntity, NativeClimateEntity):
    """Holds the room's temperature by switching the air conditioner.

    Off means that the thermostat does not switch and the device stands; while somebody
    runs the device by hand its mode is shown.
    """

    _attr_name = None
    _attr_native_temperature_unit = UnitOfTemperature.CELSIUS
    _attr_target_temperature_step = _STEP
    _attr_min_temp = COLDEST
    _attr_max_temp = WARMEST

    def __init__(self, coordinator: AirConditionerCoordinator, key: str) -> None:
        """Offer what the device can do."""
        super().__init__(coordinator, key)
        abilities = coordinator.abilities
        self._leaves_fan = bool(speeds_of(abilities.fans))
        self._attr_hvac_modes = [
            HVACMode.OFF,
            *(_HVAC_MODES[mode] for mode in abilities.offered),
        ]
        self._attr_supported_features = (
            ClimateEntityFeature.TARGET_TEMPERATURE
            | ClimateEntityFeature.TURN_ON
            | ClimateEntityFeature.TURN_OFF
            | ClimateEntityFeature.PRESET_MODE
        )
        self._attr_preset_modes = [preset.value for preset in Preset]
        if abilities.fans:
            by_need = [BY_NEED] if self._leaves_fan else []
            self._attr_fan_modes = [*by_need, *abilities.fans]
            self._attr_supported_features |= ClimateEntityFeature.FAN_MODE

    @property
    @override
    def native_current_temperature(self) -> float | None:
        """Return the room's temperature as the thermostat uses it."""
        room = self.snapshot.room
        return None if room is None else round(room, 2)

    @property
    @override
    def native_target_temperature(self) -> float:
        """Return the user's own target; presets leave it as it is."""
        return self.snapshot.request.target

    @property
    @override
    def hvac_mode(self) -> HVACMode:
        """Return the mode in use, by the thermostat or by hand."""
        request, device = self.snapshot.request, self.snapshot.device
        if not request.regulate and not (device and device.on):
            return HVACMode.OFF
        return _HVAC_MODES[request.mode]

    @property
    @override
    def hvac_action(self) -> HVACAction | None:
        """Return what the device does now."""
        device = self.snapshot.device
        if device is None:
            return None
        if device.on:
            return _ACTIONS[device.mode or self.snapshot.request.mode]
        return HVACAction.IDLE if self.snapshot.request.regulate else HVACAction.OFF

    @property
    @override
    def fan_mode(self) -> str | None:
        """Return the fan's speed, or that it is left to the thermostat."""
        device, request = self.snapshot.device, self.snapshot.request
        if request.fan is None and request.regulate and self._leaves_fan:
            return BY_NEED
        return request.fan or (device.fan if device else None)

    @property
    @override
    def preset_mode(self) -> str:
        """Return the preset in force, chosen by hand or not."""
        return self.snapshot.plan.preset.value

    @override
    async def async_set_preset_mode(self, preset_mode: str) -> None:
        """Choose a preset."""
        preset = Preset(preset_mode)
        await self.coordinator.async_override(
            lambda planner, overrides, now: planner.choose(overrides, preset, now)
        )

    @override
    async def async_set_hvac_mode(self, hvac_mode: HVACMode) -> None:
        """Let the thermostat work in a mode, or switch all off."""
        if hvac_mode is HVACMode.OFF:
            await self.coordinator.async_request(
                lambda request: replace(request, regulate=False, power=False)
            )
        else:
            await self.coordinator.async_regulate(_MODES[hvac_mode])

    @override
    async def async_turn_on(self) -> None:
        """Let the thermostat work in the mode that it had."""
        await self.coordinator.async_regulate(self.snapshot.request.mode)

    @override
    async def async_turn_off(self) -> None:
        """Switch all off."""
        await self.async_set_hvac_mode(HVACMode.OFF)

    @override
    async def async_set_temperature(self, **kwargs: Any) -> None:
        """Set the temperature that the room should have."""
        if (target := kwargs.get(ATTR_TEMPERATURE)) is not None:
            await self.coordinator.async_request(
                lambda request: replace(request, target=target)
            )
        if (hvac_mode := kwargs.get(ATTR_HVAC_MODE)) is not None:
            await self.async_set_hvac_mode(hvac_mode)

    @override
    async def async_set_fan_mode(self, fan_mode: str) -> None:
        """Set the fan's speed, or leave it to the thermostat."""
        fan = None if fan_mode == BY_NEED else fan_mode
        await self.coordinator.async_request(lambda request: replace(request, fan=fan))
