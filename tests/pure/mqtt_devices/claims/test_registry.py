"""All devices of an entry: unclaimed, claims, ids, floods, logs; bounded throughout."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.mqtt_devices.claims import (
    registry as registry_module,
)
from custom_components.jannenkoti.kinds.mqtt_devices.claims.claim import Claim, Identity
from custom_components.jannenkoti.kinds.mqtt_devices.claims.registry import (
    DeviceRegistry,
    Received,
)
from custom_components.jannenkoti.kinds.mqtt_devices.claims.unclaimed import (
    UnclaimedDevices,
)
from custom_components.jannenkoti.kinds.mqtt_devices.devices.device_types import (
    DEVICE_TYPES,
    device_type_of,
    quantity_of,
)
from custom_components.jannenkoti.kinds.mqtt_devices.devices.log import (
    StateLog,
    rows_for,
)
from custom_components.jannenkoti.kinds.mqtt_devices.devices.modes import Update
from custom_components.jannenkoti.kinds.mqtt_devices.options import (
    Options,
    is_command_topic,
    is_topic,
)
from custom_components.jannenkoti.kinds.mqtt_devices.wire.commands import CommandTopics
from custom_components.jannenkoti.kinds.mqtt_devices.wire.payload import RejectReason

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SERIAL = "TMP0A1B2C3D4"


def new_registry(**more: Any) -> DeviceRegistry:
    """Return the rules of an entry."""
    return DeviceRegistry(UTC, **{"per_minute": 1000, **more})


def say(
    registry: DeviceRegistry, serial: str = SERIAL, at: datetime = NOW, **said: Any
) -> Received | None:
    """Let a device speak."""
    return registry.receive(json.dumps({"serial_number": serial, **said}), at)


def test_a_stranger_is_metadata() -> None:
    registry = new_registry()
    first = say(registry, parametros={"a": 1}, estado="activo")
    assert first is not None
    assert first.is_new
    second = say(registry, at=NOW + timedelta(seconds=5))
    assert second is not None
    assert not second.is_new
    assert second.unclaimed is not None
    assert second.unclaimed.count == 2
    assert second.unclaimed.first_seen == NOW
    assert second.unclaimed.last_seen == NOW + timedelta(seconds=5)
    assert second.unclaimed.parameters == {"a": 1}
    assert second.unclaimed.prefix == "TMP0"
    assert registry.counts().unclaimed == 1


def test_strangers_are_few_and_grow_old() -> None:
    registry = new_registry(most_unclaimed=3)
    received = [say(registry, f"X{n}", NOW + timedelta(hours=n)) for n in range(5)]
    assert [one and one.gone for one in received] == [(), (), (), ("X0",), ("X1",)]
    assert [unclaimed.serial for unclaimed in registry.unclaimed] == ["X2", "X3", "X4"]
    assert registry.age_out(
        NOW + UnclaimedDevices.AGE + timedelta(hours=3, seconds=1)
    ) == [
        "X2",
        "X3",
    ]
    assert len(registry.as_json()) == 1


@given(st.lists(st.text(min_size=1, max_size=3), max_size=60))
def test_a_flood_of_serial_numbers_leaves_no_trace(serials: list[str]) -> None:
    registry = new_registry(most_unclaimed=5)
    for serial in serials:
        say(registry, serial)
    assert len(registry.unclaimed) <= 5
    assert len(registry._serials) <= 5


def test_an_id_is_the_same_in_every_life_and_nobody_elses() -> None:
    registry, other = new_registry(), new_registry()
    for serial in ("A", "B", SERIAL):
        say(registry, serial)
    say(other)
    mine = other.as_json()[0]["id"]
    assert mine in [one["id"] for one in registry.as_json()]
    assert registry.serial_of(str(mine)) == SERIAL
    registry.claim(Claim(serial=SERIAL))
    assert registry.one_as_json(SERIAL)["id"] == mine
    registry.unclaim(SERIAL)
    assert registry.serial_of(str(mine)) is None


def test_two_serials_with_one_checksum_have_two_ids(monkeypatch: Any) -> None:
    monkeypatch.setattr(registry_module, "crc32", lambda _serial: 7)
    registry = new_registry()
    say(registry, "A")
    say(registry, "B")
    assert [one["id"] for one in registry.as_json()] == [7, 8]
    # Who stays keeps his own, and who goes leaves none behind.
    registry.claim(Claim(serial="A"))
    registry.unclaim("A")
    say(registry, "B")
    assert (registry.serial_of("7"), registry.serial_of("8")) == (None, "B")
    assert registry.one_as_json("B")["id"] == 8
    say(registry, "C")
    assert registry.age_out(NOW + UnclaimedDevices.AGE * 2) == ["B", "C"]
    assert not registry._serials


def test_floods_are_counted_and_hold_nobody_up() -> None:
    registry = new_registry(per_minute=3)
    registry.claim(Claim(serial=SERIAL))
    received = [say(registry) is not None for _ in range(5)]
    assert received == [True, True, True, False, False]
    assert say(registry, "other") is not None
    assert registry.floods == {SERIAL: 2}
    assert registry.counts().floods == 2
    for _ in range(5):
        say(registry, "other")
    assert set(registry.floods) == {SERIAL}
    assert registry.rejected[RejectReason.FLOOD] == 5


def test_a_claim_takes_over_what_the_stranger_said() -> None:
    registry = new_registry()
    say(registry, estado="activo", parametros={"temperatura": 3})
    device = registry.claim(Claim(serial=SERIAL, identity=Identity(name="x"))).device
    assert (device.estado, device.parameters) == ("activo", {"temperatura": 3})
    assert not device.silent
    assert SERIAL not in registry.unclaimed
    # One that was only added by hand has not spoken.
    registry.add_unclaimed(Claim(serial="quiet"), NOW)
    assert registry.claim(Claim(serial="quiet")).device.silent


def test_a_claim_is_completed_by_what_was_said_of_the_stranger() -> None:
    registry = new_registry()
    offered = Identity(name="Pump", type="relay", model="R1", description="Cellar")
    registry.add_unclaimed(Claim(serial=SERIAL, identity=offered), NOW)
    assert registry.completed(Claim(serial=SERIAL)).identity == offered
    own = Identity(name="Fan", type="fan", model="F1", description="Attic")
    assert registry.completed(Claim(serial=SERIAL, identity=own)).identity == own
    unknown = Claim(serial="other")
    assert registry.completed(unknown) == unknown


def test_a_claim_with_too_much_configuration_has_none() -> None:
    claim = Claim(serial=SERIAL, configuration={"x": "y" * 9000})
    assert not new_registry().claim(claim).device.configuration.document


def test_all_is_remembered() -> None:
    registry = new_registry()
    rules = registry.claim(Claim(serial=SERIAL, configuration={"modo": "horario"}))
    rules.update(Update(configuration={"horarios": "mon 14:00-15:00"}), NOW)
    rules.update(Update(on=True), NOW)
    assert rules.device.held is not None
    for number in range(6):
        say(registry, at=NOW + timedelta(seconds=20 * number), parametros={"a": number})
    stored = json.loads(json.dumps([registry.settings(), registry.history()]))
    again = new_registry(settings=stored[0], history=stored[1])
    device = again.claim(Claim(serial=SERIAL)).device
    before = rules.device
    assert device.silent
    assert device.held == before.held
    assert device.version == before.version
    assert device.parameters == {"a": 5}
    assert device.configuration == before.configuration
    assert device.last_seen == before.last_seen
    assert again.claimed[SERIAL].rhythm.interval == timedelta(seconds=20)
    assert [row.parameters for row in rules.log][-1] == {"a": 5}
    assert again.claimed[SERIAL].log.page() == rules.log.page()
    # What is not claimed again is forgotten.
    third = new_registry(settings=stored[0], history=stored[1])
    third.prune()
    assert third.claim(Claim(serial=SERIAL)).device.version == 1
    assert third.claimed[SERIAL].device.held is None


# The log


def test_logs_share_their_room() -> None:
    assert (rows_for(0), rows_for(100), rows_for(200)) == (200, 200, 100)
    assert rows_for(1_000_000) == 10
    log = StateLog(most=3)
    for number in range(5):
        log.add(float(number), "activo", {"n": number})
    assert [row.parameters["n"] for row in log] == [2, 3, 4]
    log.limit(2)
    log.limit(2)
    assert len(log) == 2
    page = log.page(0, 0)
    assert (page.number, page.size) == (1, 1)
    assert page.as_json()["data"] == [
        {
            "estado": "activo",
            "parametros": {"n": 4},
            "timestamp": "1970-01-01T00:00:04",
        }
    ]


def test_more_devices_leave_each_less_room() -> None:
    registry = new_registry()
    log = registry.claim(Claim(serial=SERIAL)).log
    for row in range(150):
        log.add(float(row), "activo", {})
    for number in range(199):
        registry.claim(Claim(serial=f"X{number}"))
    registry.share_log()
    assert len(log) == rows_for(200)


def test_what_is_no_message_is_counted() -> None:
    registry = new_registry()
    assert registry.receive("no message", NOW) is None
    assert registry.receive("{}", NOW) is None
    assert (registry.counts().refused, registry.counts().floods) == (2, 0)


@given(st.integers(-5, 50), st.integers(-5, 500), st.integers(0, 30))
def test_pages_are_whole(number: int, size: int, rows: int) -> None:
    log = StateLog()
    for row in range(rows):
        log.add(float(row), "activo", {})
    page = log.page(number, size)
    assert len(page.rows) <= page.size <= 200
    whole = [
        row.at for at in range(1, rows + 2) for row in log.page(at, page.size).rows
    ]
    assert whole == sorted(range(rows), reverse=True)


# Options, prefixes, commands


def test_topics() -> None:
    assert is_topic("dispositivos/estado")
    for wrong in ("", "a/#", "a/+/b", "a\0", "x" * 70_000, "$share/a/b"):
        assert not is_topic(wrong)
    assert is_command_topic("")
    assert is_command_topic("a/{serial}")
    for wrong in ("a", "{serial}/{serial}", "{serial}/#"):
        assert not is_command_topic(wrong)
    options = Options.parse({"command_topic": "a/{serial}/b"})
    assert options.topic_of("x/#1") == "a/x%2F%231/b"
    assert Options.parse({}).topic_of("x") is None


def test_what_a_prefix_tells() -> None:
    assert len(DEVICE_TYPES) == 13
    assert device_type_of("tmp0xyz").parameters == ("temperatura", "humedad")
    assert device_type_of("??").name == "unknown"
    temperature = quantity_of("temp", 3)
    assert temperature is not None
    assert temperature == quantity_of("temperatura", None)
    for name, value, binary in (
        ("x", True, True),
        ("x", 1, False),
        ("humo_detectado", 1, False),
    ):
        found = quantity_of(name, value)
        assert found is not None
        assert (found.key, found.is_binary) == ("", binary)
    assert quantity_of("x", None) is None


def test_a_device_is_told_each_version_once() -> None:
    sent: list[tuple[str, str]] = []
    commands = CommandTopics(
        lambda serial: f"a/{serial}", lambda *what: sent.append(what)
    )
    rules = new_registry().claim(Claim(serial="x"))
    commands.send(rules.device)
    commands.send(rules.device)
    assert sent == [("a/x", '{"version":1,"configuracion":{}}')]
    rules.update(Update(on=True), NOW)
    commands.send(rules.device)
    assert len(sent) == 2
    commands.forget(rules.device)
    assert sent[-1] == ("a/x", "")
    commands.repeat(rules.device)
    assert len(sent) == 4
    sent.pop()
    silent = CommandTopics(lambda _serial: None, lambda *what: sent.append(what))
    silent.send(rules.device)
    silent.forget(rules.device)
    assert len(sent) == 3
