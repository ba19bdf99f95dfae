"""The differences between the supported releases of Home Assistant."""

from abc import abstractmethod
from typing import TYPE_CHECKING, override

from homeassistant.components.climate import ClimateEntity

if TYPE_CHECKING or not hasattr(ClimateEntity, "native_current_temperature"):

    class NativeClimateEntity(ClimateEntity):
        """A climate entity written with the names of 2026.11, for 2026.10."""

        _attr_native_temperature_unit: str

        @property
        @abstractmethod
        def native_current_temperature(self) -> float | None:
            """Return the current temperature."""

        @property
        @abstractmethod
        def native_target_temperature(self) -> float | None:
            """Return the target temperature."""

        @property
        @override
        def temperature_unit(self) -> str:
            """Return the unit under its old name."""
            return self._attr_native_temperature_unit

        @property
        @override
        def current_temperature(self) -> float | None:
            """Return the current temperature under its old name."""
            return self.native_current_temperature

        @property
        @override
        def target_temperature(self) -> float | None:
            """Return the target temperature under its old name."""
            return self.native_target_temperature

else:  # pragma: no cover - the test package is of 2026.10; the demo runs both
    NativeClimateEntity = ClimateEntity
