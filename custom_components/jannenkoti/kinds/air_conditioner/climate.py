"""The thermostat as a climate entity."""

from typing import TYPE_CHECKING, Any, Unpack, override

from homeassistant.components.climate import (
    ATTR_HVAC_MODE,
    ATTR_TEMPERATURE,
    ClimateEntityFeature,
    HVACAction,
    HVACMode,
)
from homeassistant.const import UnitOfTemperature
from homeassistant.exceptions import ServiceValidationError

from ...compat import NativeClimateEntity
from ...const import DOMAIN
from ...lib.reading import read_number
from .control.fan_speed import BY_NEED, speeds_of
from .entity import AirConditionerEntity
from .model import HvacMode, Wanted
from .planning.overrides import Preset

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import AirConditionerConfigEntry

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

# Rooms that people live in; the device's own limits concern its set temperature.
COLDEST, WARMEST = 10.0, 35.0

ATTR_REASON = "reason"
ATTR_NEXT_CHANGE = "next_change"
ATTR_TARGET_IN_FORCE = "target_in_force"


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: AirConditionerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the thermostat."""
    async_add_entities([ThermostatEntity(entry.runtime_data, "climate")])


class ThermostatEntity(AirConditionerEntity, NativeClimateEntity):
    """Hold the room temperature by switching the air conditioner.

    Off means that the thermostat does not regulate and the device is off; while
    the device runs by hand its mode is shown.
    """

    _attr_name = None
    _attr_native_temperature_unit = UnitOfTemperature.CELSIUS
    _attr_min_temp = COLDEST
    _attr_max_temp = WARMEST
    _attr_preset_modes = [preset.value for preset in Preset]  # noqa: RUF012 - HA's way
    _unrecorded_attributes = frozenset({ATTR_NEXT_CHANGE})

    @property
    @override
    def supported_features(self) -> ClimateEntityFeature:
        """Return the features; they follow what the device can do."""
        features = (
            ClimateEntityFeature.TARGET_TEMPERATURE
            | ClimateEntityFeature.TURN_ON
            | ClimateEntityFeature.TURN_OFF
            | ClimateEntityFeature.PRESET_MODE
        )
        if self.coordinator.abilities.fans:
            features |= ClimateEntityFeature.FAN_MODE
        return features

    @property
    @override
    def hvac_modes(self) -> list[HVACMode]:
        """Return the modes that the device offers now."""
        offered = self.coordinator.abilities.offered
        return [HVACMode.OFF, *(_HVAC_MODES[mode] for mode in offered)]

    @property
    @override
    def fan_modes(self) -> list[str] | None:
        """Return the fan speeds that the device offers now."""
        fans = self.coordinator.abilities.fans
        if not fans:
            return None
        return [*([BY_NEED] if speeds_of(fans) else []), *fans]

    @property
    @override
    def target_temperature_step(self) -> float:
        """Return the step: half a degree Celsius or one degree Fahrenheit."""
        unit = self.hass.config.units.temperature_unit
        return 1.0 if unit == UnitOfTemperature.FAHRENHEIT else 0.5

    @property
    @override
    def native_current_temperature(self) -> float | None:
        """Return the room temperature that the thermostat uses."""
        room = self.data.room
        return None if room is None else round(room, 2)

    @property
    @override
    def native_target_temperature(self) -> float:
        """Return the user's own target; presets do not change it."""
        return self.data.request.target

    @property
    @override
    def hvac_mode(self) -> HVACMode:
        """Return the mode in use, by the thermostat or by hand."""
        request, device = self.data.request, self.data.device
        if not request.regulate and not (device and device.on):
            return HVACMode.OFF
        return _HVAC_MODES[request.mode]

    @property
    @override
    def hvac_action(self) -> HVACAction | None:
        """Return what the device does now."""
        device = self.data.device
        if device is None:
            return None
        if device.on:
            return _ACTIONS[device.mode or self.data.request.mode]
        return HVACAction.IDLE if self.data.request.regulate else HVACAction.OFF

    @property
    @override
    def fan_mode(self) -> str | None:
        """Return the fan speed, or that the thermostat chooses it."""
        device, request = self.data.device, self.data.request
        by_need = BY_NEED in (self.fan_modes or ())
        if request.fan is None and request.regulate and by_need:
            return BY_NEED
        return request.fan or (device.fan if device else None)

    @property
    @override
    def preset_mode(self) -> str:
        """Return the preset in force, chosen by hand or automatic."""
        return self.data.plan.preset.value

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return why the device runs or rests, until when, and for which target."""
        decision, units = self.data.decision, self.hass.config.units
        target = units.temperature(self.data.target_in_force, UnitOfTemperature.CELSIUS)
        return {
            ATTR_REASON: decision.reason.value,
            ATTR_NEXT_CHANGE: decision.next_change,
            ATTR_TARGET_IN_FORCE: round(target, 1),
        }

    @override
    async def async_set_preset_mode(self, preset_mode: str) -> None:
        """Choose a preset."""
        preset = Preset(preset_mode)
        await self.coordinator.async_override(
            lambda planner, overrides, now: planner.choose(overrides, preset, now)
        )

    @override
    async def async_set_hvac_mode(self, hvac_mode: HVACMode) -> None:
        """Let the thermostat work in a mode, or switch both off."""
        await self._async_set(hvac_mode)

    @override
    async def async_turn_on(self) -> None:
        """Let the thermostat work in its last mode."""
        await self.coordinator.async_regulate(self.data.request.mode)

    @override
    async def async_turn_off(self) -> None:
        """Switch the thermostat and the device off."""
        await self._async_set(HVACMode.OFF)

    @override
    async def async_set_temperature(self, **kwargs: Any) -> None:
        """Set the target, and the mode if one is given, in one request."""
        target = kwargs.get(ATTR_TEMPERATURE)
        wanted = Wanted()
        if target is not None:
            wanted["target"] = _checked(target)
        hvac_mode = kwargs.get(ATTR_HVAC_MODE)
        if hvac_mode is not None:
            await self._async_set(hvac_mode, **wanted)
        elif wanted:
            await self.coordinator.async_ask(**wanted)

    @override
    async def async_set_fan_mode(self, fan_mode: str) -> None:
        """Set the fan speed, or leave it to the thermostat."""
        await self.coordinator.async_ask(fan=None if fan_mode == BY_NEED else fan_mode)

    async def _async_set(self, hvac_mode: HVACMode, **wanted: Unpack[Wanted]) -> None:
        """Request a mode together with other settings.

        Raises ServiceValidationError if the device does not offer the mode.
        """
        modes = self.hvac_modes
        if hvac_mode not in modes:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="air_conditioner_unknown_value",
                translation_placeholders={
                    "value": str(hvac_mode),
                    "values": ", ".join(modes),
                },
            )
        if hvac_mode is HVACMode.OFF:
            await self.coordinator.async_switch_off(**wanted)
        else:
            await self.coordinator.async_regulate(_MODES[hvac_mode], **wanted)


def _checked(target: float) -> float:
    """Return a target; raises ServiceValidationError if it is not within the limits.

    Home Assistant compares with the limits only, and nothing is beyond them for NaN.
    """
    value = read_number(target)
    if value is None or not COLDEST <= value <= WARMEST:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="air_conditioner_out_of_range",
            translation_placeholders={
                "value": str(target)[:20],
                "minimum": f"{COLDEST:g}",
                "maximum": f"{WARMEST:g}",
                "unit": UnitOfTemperature.CELSIUS,
            },
        )
    return value
