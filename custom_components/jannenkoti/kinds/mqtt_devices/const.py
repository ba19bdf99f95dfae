"""Names that the modules of this family share."""

from typing import Final

KIND_NAME: Final = "mqtt_devices"

DEVICE: Final = "mqtt_device"
"""Subentry type of a claimed device."""
SIMULATED: Final = "simulated_device"
"""Subentry type of a simulated device."""

CONF_TOPIC: Final = "topic"
CONF_TOKEN: Final = "token"  # noqa: S105 - the name of it

CONF_NAME: Final = "name"
CONF_SERIAL: Final = "serial"
CONF_TYPE: Final = "type"
CONF_MODEL: Final = "model"
CONF_DESCRIPTION: Final = "description"
CONF_AREA: Final = "area"
CONF_MODE: Final = "mode"
CONF_CONFIGURATION: Final = "configuration"
