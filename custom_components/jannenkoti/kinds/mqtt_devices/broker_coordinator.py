"""The connection of an entry to the broker: subscription and command topics."""

from typing import TYPE_CHECKING

from homeassistant.components import mqtt
from homeassistant.core import callback
from homeassistant.exceptions import HomeAssistantError

from ...const import LOGGER
from .const import CONF_TOPIC
from .wire.commands import CommandTopics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

    from .devices.device import Device
    from .wire.commands import TopicOf
    from .wire.payload import Payload

    type Receive = Callable[[Payload], None]
    type Devices = Callable[[], Iterable[Device]]


class BrokerConnection:
    """Subscribes to the topic of an entry and publishes to those of its devices."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        *,
        receive: Receive,
        devices: Devices,
        topic_of: TopicOf,
    ) -> None:
        """Initialize; configurations are sent again when the broker reconnects."""
        self._hass = hass
        self._entry = entry
        self._receive: Receive | None = receive
        self._devices: Devices | None = devices
        self._commands = CommandTopics(topic_of, self._async_publish)
        self.send = self._commands.send
        self.forget = self._commands.forget

    async def async_start(self) -> None:
        """Subscribe to the topic until the entry is unloaded."""
        hass, on_unload = self._hass, self._entry.async_on_unload
        on_unload(self._async_stop)
        on_unload(
            mqtt.async_subscribe_connection_status(hass, self._async_connection_changed)
        )
        topic = self._entry.data[CONF_TOPIC]
        on_unload(
            await mqtt.async_subscribe(hass, topic, self._async_received, 0, None)
        )

    @callback
    def _async_stop(self) -> None:
        """Ignore further messages.

        Home Assistant restores subscriptions when its MQTT integration is reloaded,
        and from then on cannot end them: this one may be called indefinitely.
        """
        self._receive = self._devices = None

    @callback
    def _async_received(self, message: mqtt.ReceiveMessage) -> None:
        """Pass on a message; a retained one does not show that the device is alive."""
        if self._receive is not None and not message.retain:
            self._receive(message.payload)

    @callback
    def _async_connection_changed(self, connected: bool) -> None:  # noqa: FBT001
        """Publish all configurations again: a restarted broker may have lost them."""
        if connected and self._devices is not None:
            for device in self._devices():
                self._commands.repeat(device)

    @callback
    def _async_publish(self, topic: str, payload: str) -> None:
        self._entry.async_create_task(
            self._hass, async_keep(self._hass, topic, payload), "command topic"
        )


async def async_keep(hass: HomeAssistant, topic: str, payload: str) -> None:
    """Publish a retained message; the broker keeps it until another replaces it."""
    try:
        await mqtt.async_publish(hass, topic, payload, 1, retain=True)
    except HomeAssistantError as err:
        # All is sent again when the broker is back.
        LOGGER.debug("The broker does not take what a device is sent: %s", err)
