"""When numbered MQTT messages arrive in Home Assistant, and when they are shown."""

import time
from typing import TYPE_CHECKING

import orjson
from aiohttp.web import Response, json_response
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import callback

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from aiohttp.web import Request
    from homeassistant.components.mqtt import ReceiveMessage
    from homeassistant.core import Event, EventStateChangedData, HomeAssistant


class MessageTimes:
    """Notes by the clock of the machine when a temperature arrives and is shown.

    Each message has another temperature, which is its number.
    """

    def __init__(self) -> None:
        """Initialize without a subscription."""
        self._is_subscribed = False
        self._arrived: dict[str, float] = {}
        self._shown: dict[str, float] = {}

    async def async_times(
        self, hass: HomeAssistant, _webhook_id: str, request: Request
    ) -> Response:
        """Return the times since the last request; the first names the topic."""
        if not self._is_subscribed:
            # Most benchmarks have no broker.
            from homeassistant.components import mqtt  # noqa: PLC0415

            topic = (await request.json())["topic"]
            await mqtt.async_subscribe(hass, topic, self._message, 0, None)
            hass.bus.async_listen(EVENT_STATE_CHANGED, self._state, _is_temperature)
            self._is_subscribed = True
        answer = json_response({"arrived": self._arrived, "shown": self._shown})
        self._arrived, self._shown = {}, {}
        return answer

    @callback
    def _message(self, message: ReceiveMessage) -> None:
        """Note when a message arrived."""
        number = str(orjson.loads(message.payload)["parametros"]["temperatura"])
        self._arrived[number] = time.monotonic()

    @callback
    def _state(self, event: Event[EventStateChangedData]) -> None:
        """Note when a temperature was shown."""
        if (state := event.data["new_state"]) is not None:
            self._shown.setdefault(state.state, time.monotonic())


@callback
def _is_temperature(data: Mapping[str, Any]) -> bool:
    """Return whether the state of a temperature changed."""
    state = data["new_state"]
    return state is not None and state.attributes.get("device_class") == "temperature"
