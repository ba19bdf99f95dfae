"""Which changes of an entity trigger a frame of a time-lapse."""

import pytest
from homeassistant.core import Event, EventStateChangedData, State

from custom_components.jannenkoti.kinds.printer.trigger_coordinator import counts


@pytest.mark.parametrize(
    ("entity_id", "before", "after", "triggers"),
    [
        ("binary_sensor.button", "off", "on", True),
        ("binary_sensor.button", "on", "off", False),
        ("binary_sensor.button", "unavailable", "on", False),
        ("binary_sensor.button", "unknown", "on", False),
        ("binary_sensor.button", "on", "on", False),
        ("binary_sensor.button", None, "on", False),
        ("binary_sensor.button", "off", None, False),
        ("sensor.layer", "4", "5", True),
        ("sensor.layer", "5", "5", False),
        ("sensor.layer", "5", "unavailable", False),
        ("sensor.layer", "unavailable", "5", False),
        ("sensor.layer", "5", None, False),
    ],
)
def test_change_counts_once_and_only_if_it_is_one(
    entity_id: str, before: str | None, after: str | None, *, triggers: bool
) -> None:
    old, new = (
        None if state is None else State(entity_id, state) for state in (before, after)
    )
    event = Event[EventStateChangedData](
        "state_changed", {"entity_id": entity_id, "old_state": old, "new_state": new}
    )
    assert counts(event) is triggers
