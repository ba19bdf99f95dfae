"""Unique ids and identifiers of an account, its devices and sensors."""

from typing import Final

VALUE: Final = "value"
"""The key of what a sensor measures; other keys are defined with their entities."""


def device_key(account: str, device_id: str) -> str:
    """Return the identifier of a device."""
    return f"{account}_{device_id}"


def sensor_key(account: str, sensor_id: str) -> str:
    """Return the first part of the unique ids of a sensor.

    A sensor keeps it when it moves to another device.
    """
    return f"{account}_sensor_{sensor_id}"


def value_key(account: str, sensor_id: str) -> str:
    """Return the unique id of the entity that shows the values of a sensor."""
    return f"{sensor_key(account, sensor_id)}_{VALUE}"
