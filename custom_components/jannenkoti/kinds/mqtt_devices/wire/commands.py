"""Tells devices their configuration over MQTT, once for each version of it."""

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
        """Publish, retained, what a device is to know when it comes back."""
        self._topic_of = topic_of
        self._publish = publish
        self._sent: dict[str, int] = {}

    def send(self, device: Device) -> None:
        """Tell a device what it does not know yet."""
        sent = self._sent.get(device.serial)
        if device.version not in (sent, device.acknowledged):
            self.repeat(device)

    def repeat(self, device: Device) -> None:
        """Tell a device, whatever it knows."""
        topic = self._topic_of(device.serial)
        if topic is None:
            return
        self._sent[device.serial] = device.version
        document = dict(device.served.document)
        said = {"version": device.version, "configuracion": document}
        self._publish(topic, orjson.dumps(said).decode())

    def forget(self, device: Device) -> None:
        """Take back what the broker keeps for a device that is claimed no more."""
        self._sent.pop(device.serial, None)
        topic = self._topic_of(device.serial)
        if topic is not None:
            self._publish(topic, "")
