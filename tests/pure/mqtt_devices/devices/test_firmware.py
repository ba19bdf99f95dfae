"""Commands to devices with old and new firmware, whose rules the fakes apply."""

import json
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.mqtt_devices.claims.claim import Claim
from custom_components.jannenkoti.kinds.mqtt_devices.claims.registry import (
    DeviceRegistry,
)
from custom_components.jannenkoti.kinds.mqtt_devices.devices.modes import (
    ControlMode,
    TooLarge,
    Update,
)
from demo.fakes.dispositivos_firmware import NewFirmware, OldFirmware

if TYPE_CHECKING:
    from collections.abc import Mapping

MONDAY_NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
STEP = timedelta(seconds=15)
MINUTE = timedelta(minutes=1)
CHANNELS = ("FAN0", "SHD0", "DRL0", "RGD0")
SENSORS = ("TMP0", "CO20", "SMK0", "LUX0", "MOV0", "SND0")
SERIALS = tuple(f"{prefix}A1B2C3D4" for prefix in ("LGT0", "PLG0", "CAM0", *CHANNELS))
SENSOR_SERIALS = tuple(f"{prefix}A1B2C3D4" for prefix in SENSORS)
CHANNEL_SERIALS = tuple(f"{prefix}A1B2C3D4" for prefix in CHANNELS)
FIRMWARE = (OldFirmware, NewFirmware)

OWN_SCHEDULES: Mapping[str, Mapping[str, Any]] = {
    "FAN0": {"horarios_speed": {"diario": [["06:00", 2], ["14:00", 0]]}},
    "SHD0": {"horarios_pos": {"diario": [["06:00", 70], ["14:00", 0]]}},
    "DRL0": {"horarios_lock": {"diario": [["06:00", "lock"], ["14:00", "unlock"]]}},
    "RGD0": {"horarios_riego": {"diario": [["11:00", 180]]}},
}


class House:
    """A claimed device whose firmware fetches its configuration and reports."""

    def __init__(
        self,
        firmware: OldFirmware,
        now: datetime = MONDAY_NOON,
        configuration: Mapping[str, Any] | None = None,
    ) -> None:
        self.firmware = firmware
        self.now = now
        self.registry = DeviceRegistry(UTC, per_minute=100_000)
        self.report()
        claim = Claim(serial=firmware.serial, configuration=configuration or {})
        self.rules = self.registry.claim(self.registry.completed(claim))
        self.step()

    def is_on(self) -> bool:
        return self.firmware.is_on(self.now)

    @property
    def served(self) -> Mapping[str, Any]:
        return self.rules.device.served.served

    def report(self) -> None:
        payload = json.dumps(self.firmware.report(self.now))
        self.registry.receive(payload, self.now)

    def step(self, times: int = 1, step: timedelta = STEP) -> None:
        """Let time pass, and the device fetch, obey and report."""
        for _ in range(times):
            self.now += step
            self.rules.tick(self.now)
            self.firmware.obey(dict(self.served), self.now)
            if (sent := self.firmware.sent) is not None:
                self.rules.update(Update.of(dict(sent)), self.now)
            self.report()

    def command(self, *, on: bool, **settings: Any) -> None:
        self.rules.update(Update(on=on, configuration=settings or None), self.now)


def configuration_of(serial: str, mode: str) -> dict[str, Any]:
    """Return a configuration: manual, by our schedule, or by the device's own."""
    if mode == "manual":
        return {"modo": "manual", "intervalo_envio": 10}
    windows = {"horarios": "all 06:00-14:00"}
    own = OWN_SCHEDULES.get(serial[:4], windows) if mode == "own" else windows
    return {"modo": "horario", "intervalo_envio": 10, **own}


@pytest.mark.parametrize("mode", ["manual", "schedule", "own"])
@pytest.mark.parametrize("firmware", FIRMWARE)
@pytest.mark.parametrize("serial", SERIALS + SENSOR_SERIALS)
def test_device_of_each_type_follows_each_command(
    serial: str, firmware: type[OldFirmware], mode: str
) -> None:
    house = House(firmware(serial), configuration=configuration_of(serial, mode))
    for on in (True, False, False, True, True, False, True):
        house.command(on=on)
        house.step()
        assert house.is_on() is on
        assert house.rules.device.pending is None
        assert house.rules.device.on is on
        house.step(3)
        assert house.is_on() is on
        assert house.rules.device.not_followed is None


@pytest.mark.parametrize("firmware", FIRMWARE)
@pytest.mark.parametrize("serial", SERIALS + SENSOR_SERIALS)
@pytest.mark.parametrize("on", [True, False])
def test_schedule_of_ours_moves_each_type_at_its_edges(
    serial: str,
    firmware: type[OldFirmware],
    on: bool,  # noqa: FBT001
) -> None:
    house = House(
        firmware(serial, on=on),
        configuration={"modo": "horario", "horarios": "mon-fri 13:00-00:30"},
    )
    house.step(step=MINUTE)
    for hours, expected in ((0.5, False), (2, True), (11.9, True), (13, False)):
        house.now = MONDAY_NOON + timedelta(hours=hours)
        house.step(2, MINUTE)
        assert house.is_on() is expected, hours


@pytest.mark.parametrize("serial", CHANNEL_SERIALS)
@pytest.mark.parametrize("mode", ["schedule", "own"])
def test_hold_of_new_firmware_ends_at_the_edge(serial: str, mode: str) -> None:
    house = House(NewFirmware(serial), configuration=configuration_of(serial, mode))
    assert house.is_on()
    house.command(on=False)
    house.step()
    held = house.rules.device.held
    assert held is not None
    assert not house.is_on()
    house.now = held.hold.until
    house.step(2, MINUTE)
    assert house.rules.device.held is None
    assert house.served["modo"] == "horario"
    assert house.rules.device.target is None


@pytest.mark.parametrize("mode", ["schedule", "own"])
def test_valve_that_was_opened_by_hand_closes_with_the_hold(mode: str) -> None:
    configuration = configuration_of(CHANNEL_SERIALS[3], mode)
    house = House(
        NewFirmware(CHANNEL_SERIALS[3]),
        MONDAY_NOON - timedelta(hours=9),
        configuration,
    )
    house.command(on=True)
    house.step()
    assert house.is_on()
    house.rules.end_hold(house.now)
    house.step(3)
    assert not house.is_on()
    house.now = MONDAY_NOON
    house.step(3)
    assert house.is_on()


def test_valve_that_was_opened_by_hand_closes_with_the_change_to_schedule() -> None:
    house = House(NewFirmware(CHANNEL_SERIALS[3]))
    house.command(on=True)
    house.step(3)
    assert house.is_on()
    later = {"modo": "horario", "horarios": "all 20:00-20:10"}
    house.rules.update(Update(configuration=later), house.now)
    house.step(3)
    assert not house.is_on()


def test_closed_valve_does_not_water_at_midnight() -> None:
    house = House(NewFirmware(CHANNEL_SERIALS[3]))
    for on in (True, False):
        house.command(on=on)
        house.step(2)
    house.now = MONDAY_NOON + timedelta(hours=11, minutes=59)
    for _ in range(12):
        house.step()
        assert not house.is_on()


def test_open_valve_of_new_firmware_closes_by_itself_and_stays_closed() -> None:
    house = House(NewFirmware(CHANNEL_SERIALS[3]))
    house.command(on=True)
    house.step(60, timedelta(hours=1))
    assert not house.is_on()
    assert house.rules.device.on is False


@pytest.mark.parametrize("serial", SERIALS + SENSOR_SERIALS)
@pytest.mark.parametrize("firmware", FIRMWARE)
def test_claim_and_choice_of_manual_mode_move_nothing(
    serial: str, firmware: type[OldFirmware]
) -> None:
    device = firmware(serial)
    if isinstance(device, NewFirmware):
        device.position, device.speed, device.lock = 40, 2, "lock"
    before = device.report(MONDAY_NOON)
    house = House(device)
    house.step(3)
    manual = {"modo": "manual"}
    house.rules.update(Update(configuration=manual), house.now)
    house.step(3)
    assert device.report(house.now) == before


@pytest.mark.parametrize(
    ("serial", "settings", "reported"),
    [
        ("SHD0A1B2C3D4", {"posicion": 60}, ("posicion", 60)),
        ("SHD0A1B2C3D4", {}, ("posicion", 100)),
        ("FAN0A1B2C3D4", {"velocidad": 2}, ("velocidad", 2)),
        ("FAN0A1B2C3D4", {"velocidad": 9}, ("velocidad", 3)),
        ("FAN0A1B2C3D4", {"default_speed": 1}, ("velocidad", 1)),
    ],
)
def test_new_firmware_moves_to_the_value_of_the_command(
    serial: str, settings: dict[str, Any], reported: tuple[str, int]
) -> None:
    house = House(NewFirmware(serial))
    house.command(on=True, **settings)
    house.step(4)
    name, value = reported
    assert house.firmware.report(house.now)["parametros"][name] == value
    house.command(on=True, **{name: 1})
    house.step()
    assert house.firmware.report(house.now)["parametros"][name] == 1


@pytest.mark.parametrize("serial", SERIALS + SENSOR_SERIALS)
@pytest.mark.parametrize("firmware", FIRMWARE)
@pytest.mark.parametrize("mode", ["manual", "schedule", "own"])
def test_configuration_written_back_after_a_command_changes_nothing(
    serial: str, firmware: type[OldFirmware], mode: str
) -> None:
    house = House(firmware(serial), configuration=configuration_of(serial, mode))
    for on in (True, False):
        house.command(on=on)
        house.step()
        before = house.rules.device
        house.rules.update(Update(configuration=dict(house.served)), house.now)
        assert house.rules.device.configuration == before.configuration
        assert house.rules.device.held == before.held
        house.rules.update(
            Update(configuration={**house.served, "intervalo_envio": 7}), house.now
        )
        house.step(3)
        assert house.rules.device.configuration.interval == 7
        assert house.rules.device.configuration.mode is before.configuration.mode
        assert house.is_on() is on


@pytest.mark.parametrize("serial", SERIALS)
def test_command_that_is_not_followed_is_recorded_until_it_is(serial: str) -> None:
    house = House(OldFirmware(serial), configuration=configuration_of(serial, "manual"))
    house.command(on=False)
    for _ in range(3):
        house.now += STEP
        house.report()
    device = house.rules.device
    assert device.not_followed is False
    assert device.on is True
    house.step()
    assert house.rules.device.not_followed is None
    assert house.rules.device.on is False


@pytest.mark.parametrize(
    ("serial", "on", "late"),
    [
        ("DRL0A1B2C3D4", False, True),
        ("DRL0A1B2C3D4", True, True),
        ("RGD0A1B2C3D4", True, False),
        ("SHD0A1B2C3D4", True, True),
    ],
)
@pytest.mark.parametrize("mode", ["manual", "schedule"])
def test_late_device_neither_unlocks_nor_waters(
    serial: str,
    on: bool,  # noqa: FBT001
    late: bool,  # noqa: FBT001
    mode: str,
) -> None:
    device = NewFirmware(serial, lock="unlock" if on else "lock")
    window = "all 01:00-02:00" if on else "all 01:00-23:00"
    configuration = {"modo": "horario", "horarios": window}
    if mode == "manual":
        configuration = {"modo": "manual"}
    house = House(device, configuration=configuration)
    house.command(on=on)
    for _ in range(3):
        house.now += STEP
        house.report()
    assert house.rules.device.not_followed is on
    house.step(3)
    assert house.is_on() is late


def test_device_without_a_state_is_not_blamed_for_a_command() -> None:
    house = House(OldFirmware("LGT0A1B2C3D4"))
    house.command(on=False)
    for _ in range(4):
        house.now += STEP
        message = {"serial_number": "LGT0A1B2C3D4", "parametros": {"x": 1}}
        house.registry.receive(json.dumps(message), house.now)
    assert house.rules.device.not_followed is None
    assert house.rules.device.pending is None


def test_command_survives_a_restart() -> None:
    house = House(NewFirmware("SHD0A1B2C3D4"))
    house.command(on=True, posicion=30)
    registry = DeviceRegistry(
        UTC,
        per_minute=1000,
        settings={"SHD0A1B2C3D4": house.rules.settings()},
        history={"SHD0A1B2C3D4": house.rules.history()},
    )
    house.rules = registry.claim(Claim(serial="SHD0A1B2C3D4"))
    house.registry = registry
    house.step(3)
    assert house.firmware.report(house.now)["parametros"]["posicion"] == 30


@pytest.mark.parametrize("mode", ["manual", "Manual", " MANUAL\n"])
@pytest.mark.parametrize(
    ("setting", "on"),
    [
        *((it, True) for it in (True, 1, "on", "ON", "si", "encendido")),
        *((it, False) for it in (False, 0, "off", "No", "apagado", "inactivo")),
        # What is neither leaves the device as it is, which is on.
        *((it, True) for it in ("", "cerrado", "abierto", "?")),
        *((it, True) for it in (None, 7)),
        ([], True),
        ({}, True),
    ],
)
@pytest.mark.parametrize("serial", ["LGT0A1B2C3D4", "DRL0A1B2C3D4", "RGD0A1B2C3D4"])
def test_firmware_reads_each_spelling_of_a_setting_as_we_show_it(
    serial: str,
    setting: Any,
    on: bool,  # noqa: FBT001
    mode: str,
) -> None:
    house = House(OldFirmware(serial, on=True))
    document = {"modo": mode, "encendido": setting}
    house.rules.update(Update.of({"configuracion": document}), house.now)
    house.step()
    assert house.is_on() is on
    assert house.rules.device.on is on
    assert house.rules.decides(house.now) is on
    assert house.rules.device.not_followed is None


@pytest.mark.parametrize("interval", [0.5, 0.01, 0.999])
def test_firmware_never_gets_an_interval_without_a_pause(interval: float) -> None:
    house = House(OldFirmware("LGT0A1B2C3D4"))
    house.rules.update(
        Update.of({"configuracion": {"intervalo_envio": interval}}), house.now
    )
    assert int(house.served["intervalo_envio"]) == 1


@pytest.mark.parametrize(("size", "fits"), [(7900, True), (8100, False)])
def test_command_that_does_not_fit_raises_and_changes_nothing(
    size: int,
    fits: bool,  # noqa: FBT001
) -> None:
    house = House(
        NewFirmware("SHD0A1B2C3D4"),
        configuration={"modo": "manual", "x": "y" * size},
    )
    before = house.rules.device
    with nullcontext() if fits else pytest.raises(TooLarge):
        house.command(on=True)
    assert (house.rules.device == before) is not fits
    house.step(2)
    assert house.is_on() is fits


@example(serial="FAN0A1B2C3D4", steps=[("on", 1), ("on", 18), ("on", 40), ("on", 1)])
@given(
    st.sampled_from(CHANNEL_SERIALS),
    st.lists(
        st.tuples(
            st.sampled_from(["on", "off", "manual", "schedule", "end", "none"]),
            st.integers(1, 40),
        ),
        max_size=12,
    ),
)
def test_latest_command_counts_until_the_mode_or_an_edge_ends_it(
    serial: str, steps: list[tuple[str, int]]
) -> None:
    house = House(
        NewFirmware(serial),
        configuration={"modo": "horario", "horarios": "all 06:00-14:00"},
    )
    for name, minutes in steps:
        match name:
            case "on" | "off":
                house.command(on=name == "on")
                edge = house.rules.next_change(house.now)
                house.step(2)
                if edge is None or edge > house.now:
                    assert house.is_on() is (name == "on")
            case "manual":
                document = {"modo": "manual"}
                house.rules.update(Update(configuration=document), house.now)
            case "schedule":
                document = {"modo": "horario"}
                house.rules.update(Update(configuration=document), house.now)
                house.step(2)
                assert house.is_on() is (6 <= house.now.hour < 14)
            case "end":
                house.rules.end_hold(house.now)
        house.step(2, timedelta(minutes=minutes))
        assert house.rules.device.on is house.is_on()
        scheduled = house.rules.device.intended.mode is ControlMode.SCHEDULE
        wanted = {house.rules.decides(house.now - n * MINUTE) for n in (0, 41)}
        if scheduled and len(wanted) == 1:
            assert wanted == {house.is_on()}


def test_configuration_that_new_firmware_could_not_hold_is_served_as_it_is() -> None:
    document = {"modo": "horario", "horarios": "all 06:00-07:00", "x": "y" * 8000}
    house = House(OldFirmware("SHD0A1B2C3D4"), configuration=document)
    house.firmware = NewFirmware("SHD0A1B2C3D4")
    house.step(2)
    device = house.rules.device
    assert device.is_new
    assert "horarios_pos" not in device.served.document
    assert device.served.document == device.configuration.document


def test_device_without_room_for_a_mode_gets_none() -> None:
    registry = DeviceRegistry(UTC, per_minute=1000)
    claim = Claim(serial="PLG0A1B2C3D4", configuration={"x": "y" * 8170})
    rules = registry.claim(claim)
    report = {"serial_number": claim.serial, "estado": "activo"}
    registry.receive(json.dumps(report), MONDAY_NOON)
    assert rules.device.configuration.mode is None
    assert rules.device.on is True


@pytest.mark.parametrize(
    ("travel", "pending"), [(None, False), (30, True), (9000, False), ("30", False)]
)
def test_command_to_a_blind_waits_for_its_travel_time(
    *, travel: object, pending: bool
) -> None:
    house = House(
        NewFirmware("SHD0A1B2C3D4"),
        configuration={
            "modo": "manual",
            "intervalo_envio": 10,
            "travel_time_sec": travel,
        },
    )
    house.command(on=True)
    for _ in range(3):  # without obeying
        house.now += timedelta(seconds=10)
        house.report()
    assert (house.rules.device.pending is not None) is pending
    assert (house.rules.device.not_followed is not None) is not pending
