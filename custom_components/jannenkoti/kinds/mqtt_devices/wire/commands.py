"""Publish the configuration of devices over MQTT, once for each version."""

from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..devices.device import Device

    type TopicOf = Callable[[str], str | None]
    type Publish = Callable[[str, str], None]


class CommandTopics:
    """The command topics of all devices; without them nothing is sent."""

    def __init__(self, topic_of: TopicOf, publish: Publish) -> None:
        """Initialize with the topic of a device and the function that publishes."""
        self._topic_of = topic_of
        self._publish = publish
        self._sent: dict[str, int] = {}

    def send(self, device: Device) -> None:
        """Publish a configuration that was neither sent nor acknowledged."""
        sent = self._sent.get(device.serial)
        if device.version not in (sent, device.acknowledged):
            self.repeat(device)

    def repeat(self, device: Device) -> None:
        """Publish the configuration, even if it was sent before."""
        topic = self._topic_of(device.serial)
        if topic is None:
            return
        self._sent[device.serial] = device.version
        document = dict(device.served.served)
        message = {"version": device.version, "configuracion": document}
        self._publish(topic, orjson.dumps(message).decode())

    def forget(self, device: Device) -> None:
        """Delete the retained configuration of a device that is no longer claimed."""
        self._sent.pop(device.serial, None)
        topic = self._topic_of(device.serial)
        if topic is not None:
            self._publish(topic, "")
