"""Event when the air conditioner was switched on or off, with the source."""

from typing import TYPE_CHECKING, override

from homeassistant.components.event import EventEntity
from homeassistant.const import EntityCategory
from homeassistant.core import callback

from .entity import AirConditionerEntity
from .logbook import details

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

    from .coordinator import AirConditionerConfigEntry, AirConditionerCoordinator
    from .insight.transitions import Transition

_ON, _OFF = "turned_on", "turned_off"


async def async_setup_entry(
    _hass: HomeAssistant,
    entry: AirConditionerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the event."""
    async_add_entities([AirConditionerSwitched(entry.runtime_data)])


class AirConditionerSwitched(AirConditionerEntity, EventEntity):
    """The air conditioner was switched; available while the device is lost."""

    needs_device = False
    # Unknown until it is first switched, which looks like a fault on a generated page.
    # A hidden entity would not count when an automation's target is the device.
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_event_types = [_ON, _OFF]  # noqa: RUF012 - as Home Assistant declares it

    def __init__(self, coordinator: AirConditionerCoordinator) -> None:
        """Initialize without an event."""
        super().__init__(coordinator, "switched")
        self._reported: Transition | None = None

    @override
    async def async_added_to_hass(self) -> None:
        """Also report a transition that was found at the start."""
        await super().async_added_to_hass()
        self._report()

    @override
    @callback
    def _handle_coordinator_update(self) -> None:
        """Report a new transition."""
        self._report()
        super()._handle_coordinator_update()

    def _report(self) -> None:
        """Report the latest transition once."""
        transition = self.data.analytics.transition
        if transition is None or transition is self._reported:
            return
        self._reported = transition
        self._trigger_event(
            _ON if transition.on else _OFF,
            details(transition, self.data),
        )
