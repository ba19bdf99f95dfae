"""Tests of configurations that are written back, and of changes of the mode."""

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from custom_components.jannenkoti.kinds.mqtt_devices.claims.claim import Claim
from custom_components.jannenkoti.kinds.mqtt_devices.claims.registry import (
    DeviceRegistry,
)
from custom_components.jannenkoti.kinds.mqtt_devices.devices.modes import Update, as_on
from custom_components.jannenkoti.kinds.mqtt_devices.wire.payload import parse
from demo.fakes.dispositivos_firmware import NewFirmware, OldFirmware

if TYPE_CHECKING:
    from custom_components.jannenkoti.kinds.mqtt_devices.devices.device_rules import (
        DeviceRules,
    )

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
SERIALS = [f"{prefix}A1B2C3D4" for prefix in ("LGT0", "FAN0", "SHD0", "DRL0", "RGD0")]
ALWAYS_ON = [{"dias": ["todos"], "inicio": "00:00", "fin": "23:59"}]
NEVER_ON = [{"dias": ["todos"], "inicio": "02:00", "fin": "02:01"}]


class Home:
    """A device and its rules, one step at a time."""

    def __init__(self, firmware: OldFirmware, **configuration: Any) -> None:
        self.firmware = firmware
        self.now = NOON
        registry = DeviceRegistry(UTC, per_minute=1000)
        claim = Claim(serial=firmware.serial, configuration=configuration)
        self.rules: DeviceRules = registry.claim(claim)
        self.run()

    def run(self) -> None:
        """Let the device fetch, obey, send back and report, until it has settled."""
        for _ in range(3):
            self.now += timedelta(seconds=12)
            self.firmware.obey(dict(self.rules.device.served.served), self.now)
            if self.firmware.sent is not None:
                self.rules.update(Update.of(dict(self.firmware.sent)), self.now)
            report = self.firmware.report(self.now)
            self.rules.received(parse(_as_json(report)), self.now)

    def update(self, **body: Any) -> None:
        """Let an app send a PUT, then run."""
        self.rules.update(Update.of(body), self.now)
        self.run()

    def read(self) -> dict[str, Any]:
        """Return the configuration as an app reads it."""
        return dict(self.rules.device.served.served)

    @property
    def on(self) -> tuple[bool, bool | None]:
        """Whether the device is on, and whether it is shown so."""
        return self.firmware.is_on(self.now), as_on(self.rules.device.estado)


def _as_json(report: dict[str, Any]) -> str:

    return json.dumps(report)


@pytest.mark.parametrize("serial", SERIALS)
@pytest.mark.parametrize("firmware", [OldFirmware, NewFirmware])
@pytest.mark.parametrize(("horarios", "on"), [(ALWAYS_ON, True), (NEVER_ON, False)])
@pytest.mark.parametrize("stored", [None, True, False])
def test_change_to_manual_mode_keeps_the_state(
    *,
    serial: str,
    firmware: type[OldFirmware],
    horarios: Any,
    on: bool,
    stored: bool | None,
) -> None:
    kept = {} if stored is None else {"encendido": stored}
    home = Home(firmware(serial), modo="horario", horarios=horarios, **kept)
    assert home.on == (on, on)
    home.update(configuracion={"modo": "manual"})
    assert home.on == (on, on)


@pytest.mark.parametrize("serial", SERIALS)
@pytest.mark.parametrize("firmware", [OldFirmware, NewFirmware])
def test_hold_leaves_no_trace_in_the_configuration(
    serial: str, firmware: type[OldFirmware]
) -> None:
    home = Home(firmware(serial), modo="horario", horarios=ALWAYS_ON, encendido=True)
    before = home.rules.device.configuration.document
    home.update(encendido=False)
    assert home.on == (False, False)
    assert home.rules.device.held is not None
    assert home.rules.device.configuration.document == before
    home.rules.end_hold(home.now)
    home.run()
    assert home.on == (True, True)
    assert home.rules.device.configuration.document == before
    home.update(configuracion={"modo": "manual"})
    assert home.on == (True, True)


@pytest.mark.parametrize("serial", SERIALS)
@pytest.mark.parametrize("firmware", [OldFirmware, NewFirmware])
@pytest.mark.parametrize("mode", ["manual", "horario"])
@pytest.mark.parametrize("on", [True, False])
def test_one_setting_changed_by_an_app_that_writes_all_back_moves_nothing(
    *, serial: str, firmware: type[OldFirmware], mode: str, on: bool
) -> None:
    home = Home(firmware(serial), modo=mode, horarios=NEVER_ON, encendido=not on)
    home.update(encendido=on)
    assert home.on == (on, on)
    home.update(configuracion={**home.read(), "intervalo_envio": 7})
    assert home.on == (on, on)
    assert home.read()["intervalo_envio"] == 7


@pytest.mark.parametrize("serial", ["FAN0A1B2C3D4", "SHD0A1B2C3D4", "DRL0A1B2C3D4"])
@pytest.mark.parametrize("changes", [{"intervalo_envio": 7}, {"modo": "manual"}])
def test_device_moved_by_hand_stays_when_an_app_writes_all_back(
    serial: str, changes: dict[str, Any]
) -> None:
    home = Home(NewFirmware(serial), modo="manual", encendido=False, intervalo_envio=9)
    firmware = home.firmware
    assert isinstance(firmware, NewFirmware)
    firmware.speed, firmware.position, firmware.lock = 2, 40, "lock"
    home.run()
    assert home.on == (True, True)
    home.update(configuracion={**home.read(), "intervalo_envio": 8, **changes})
    assert home.on == (True, True)


@pytest.mark.parametrize("serial", SERIALS)
@pytest.mark.parametrize("body", [{"encendido": False}, {"modo": "manual"}])
def test_command_in_the_configuration_is_carried_out_though_it_is_stored(
    serial: str, body: dict[str, Any]
) -> None:
    home = Home(OldFirmware(serial), modo="manual", encendido=False)
    home.firmware.on = True
    home.rules.received(parse(_as_json(home.firmware.report(home.now))), home.now)
    home.update(configuracion={"encendido": False, **body})
    assert home.on == (False, False)
