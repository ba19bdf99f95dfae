"""A window with a contact and a person with a phone: helpers that a visitor switches.

Home Assistant's own template entities follow them, so that the air conditioner has
to do with a contact and a person as in any home.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from demo.client import Client, Json

WINDOW = "binary_sensor.bedroom_window"
_PHONE = "device_tracker.phone"
_OPEN = "input_boolean.bedroom_window"
_OUT = "input_boolean.out"

CONFIGURATION = f"""\
input_boolean:
  {_OPEN.partition(".")[2]}:
    name: Bedroom window
    icon: mdi:window-closed-variant
  {_OUT.partition(".")[2]}:
    name: Out
    icon: mdi:home-export-outline
template:
  - binary_sensor:
      - name: Bedroom window
        default_entity_id: {WINDOW}
        unique_id: {WINDOW}
        device_class: window
        state: "{{{{ is_state('{_OPEN}', 'on') }}}}"
  - device_tracker:
      - name: Phone
        default_entity_id: {_PHONE}
        unique_id: {_PHONE}
        in_zones: "{{{{ [] if is_state('{_OUT}', 'on') else ['zone.home'] }}}}"
"""


class Occupancy:
    """The window and the person who lives here."""

    def __init__(self, client: Client) -> None:
        """Switch the helpers in a Home Assistant."""
        self._client = client
        self.person = ""

    async def move_in(self) -> None:
        """Give the first user a phone."""
        (person, *_) = (await self._client.command("person/list"))["storage"]
        await self._client.command(
            "person/update", person_id=person["id"], device_trackers=[_PHONE]
        )
        states = await self._client.get("/api/states")
        self.person = next(
            state["entity_id"]
            for state in states
            if state["entity_id"].startswith("person.")
            and state["attributes"].get("id") == person["id"]
        )

    async def open_window(self) -> None:
        """Open the window."""
        await self._switch(_OPEN, on=True)

    async def close_window(self) -> None:
        """Close the window."""
        await self._switch(_OPEN, on=False)

    async def leave(self) -> None:
        """Leave home, with the phone."""
        await self._switch(_OUT, on=True)

    async def come(self) -> None:
        """Come home."""
        await self._switch(_OUT, on=False)

    def cards(self) -> list[Json]:
        """Return a card for each; a tap switches the helper behind it."""
        return [_card(WINDOW, _OPEN), _card(self.person, _OUT)]

    async def _switch(self, helper: str, *, on: bool) -> None:
        action = "turn_on" if on else "turn_off"
        path = f"/api/services/input_boolean/{action}"
        await self._client.post(path, {"entity_id": helper})


def _card(entity_id: str, helper: str) -> Json:
    switch = {
        "action": "perform-action",
        "perform_action": "input_boolean.toggle",
        "target": {"entity_id": helper},
    }
    return {
        "type": "tile",
        "entity": entity_id,
        "tap_action": switch,
        "icon_tap_action": switch,
    }
