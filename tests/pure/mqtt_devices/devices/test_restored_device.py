"""Devices whose stored or written configuration cannot be used."""

from custom_components.jannenkoti.kinds.mqtt_devices.claims.claim import Claim
from custom_components.jannenkoti.kinds.mqtt_devices.devices.device import restored
from custom_components.jannenkoti.kinds.mqtt_devices.devices.modes import Update
from custom_components.jannenkoti.kinds.mqtt_devices.devices.write_back import (
    only_changes,
)
from custom_components.jannenkoti.lib.stored import Stored

CLAIM = Claim(serial="PLG0A1B2C3D4")


def test_stored_configuration_that_is_too_large_is_left_out() -> None:
    settings = Stored({"configuration": {"name": "x" * 9000}, "version": 3})
    device = restored(settings, Stored({}), 7, CLAIM)
    assert device.configuration.document == {}
    assert device.version == 3


def test_stored_hold_that_ends_before_it_starts_is_left_out() -> None:
    held = {
        "since": "2026-07-02T00:00:00+00:00",
        "until": "2026-07-01T00:00:00+00:00",
        "on": True,
    }
    device = restored(Stored({"held": held}), Stored({}), 7, CLAIM)
    assert device.held is None


def test_replacement_without_a_known_setting_is_kept_whole() -> None:
    settings = Stored({"configuration": {"modo": "manual", "encendido": True}})
    device = restored(settings, Stored({}), 7, CLAIM)
    update = Update(configuration={"modo": "manual"}, replaces=True)
    assert only_changes(device, update) is update
