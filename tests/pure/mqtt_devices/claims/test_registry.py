"""All devices of an entry: unclaimed, claims, ids, floods, logs; bounded throughout."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
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


def receive(
    registry: DeviceRegistry, serial: str = SERIAL, at: datetime = NOW, **said: Any
) -> Received | None:
    """Receive a message of a device."""
    return registry.receive(json.dumps({"serial_number": serial, **said}), at)


def test_unclaimed_device_keeps_times_count_and_parameters() -> None:
    registry = new_registry()
    first = receive(registry, parametros={"a": 1}, estado="activo")
    assert first is not None
    assert first.is_new
    second = receive(registry, at=NOW + timedelta(seconds=5))
    assert second is not None
    assert not second.is_new
    device = registry.unclaimed.of(SERIAL)
    assert device.count == 2
    assert device.first_seen == NOW
    assert device.last_seen == NOW + timedelta(seconds=5)
    assert device.parameters == {"a": 1}
    assert device.prefix == "TMP0"
    assert registry.counts().unclaimed == 1


def test_unclaimed_devices_are_bounded_in_number_and_age() -> None:
    registry = new_registry(most_unclaimed=3)
    received = [receive(registry, f"X{n}", NOW + timedelta(hours=n)) for n in range(5)]
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
def test_many_serial_numbers_leave_no_ids_behind(serials: list[str]) -> None:
    registry = new_registry(most_unclaimed=5)
    for serial in serials:
        receive(registry, serial)
    assert len(registry.unclaimed) <= 5
    assert len(registry._serials) <= 5


def test_id_is_unique_and_the_same_after_a_restart() -> None:
    registry, other = new_registry(), new_registry()
    for serial in ("A", "B", SERIAL):
        receive(registry, serial)
    receive(other)
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
    receive(registry, "A")
    receive(registry, "B")
    assert [one["id"] for one in registry.as_json()] == [7, 8]
    # A device that stays keeps its id; one that goes frees its own.
    registry.claim(Claim(serial="A"))
    registry.unclaim("A")
    receive(registry, "B")
    assert (registry.serial_of("7"), registry.serial_of("8")) == (None, "B")
    assert registry.one_as_json("B")["id"] == 8
    receive(registry, "C")
    assert registry.age_out(NOW + UnclaimedDevices.AGE * 2) == ["B", "C"]
    assert not registry._serials


def test_messages_above_the_limit_are_counted_per_device() -> None:
    registry = new_registry(per_minute=3)
    registry.claim(Claim(serial=SERIAL))
    received = [receive(registry) for _ in range(5)]
    held_back = [one is not None and one.is_held_back for one in received]
    assert held_back == [False, False, False, True, True]
    assert receive(registry, "other") is not None
    assert registry.floods == {SERIAL: 2}
    assert registry.counts().floods == 2
    for _ in range(5):
        receive(registry, "other")
    assert set(registry.floods) == {SERIAL}
    assert registry.rejected[RejectReason.FLOOD] == 5


def test_claim_starts_with_the_reported_state() -> None:
    registry = new_registry()
    receive(registry, estado="activo", parametros={"temperatura": 3})
    device = registry.claim(Claim(serial=SERIAL, identity=Identity(name="x"))).device
    assert (device.estado, device.parameters) == ("activo", {"temperatura": 3})
    assert not device.silent
    assert SERIAL not in registry.unclaimed
    # One that was only posted has not reported.
    registry.add_unclaimed(Claim(serial="quiet"), NOW)
    assert registry.claim(Claim(serial="quiet")).device.silent


def test_claim_without_fields_takes_those_that_were_posted() -> None:
    registry = new_registry()
    offered = Identity(name="Pump", type="relay", model="R1", description="Cellar")
    registry.add_unclaimed(Claim(serial=SERIAL, identity=offered), NOW)
    assert registry.completed(Claim(serial=SERIAL)).identity == offered
    own = Identity(name="Fan", type="fan", model="F1", description="Attic")
    assert registry.completed(Claim(serial=SERIAL, identity=own)).identity == own
    unknown = Claim(serial="other")
    assert registry.completed(unknown) == unknown


def test_claim_with_too_large_configuration_has_none() -> None:
    claim = Claim(serial=SERIAL, configuration={"x": "y" * 9000})
    assert not new_registry().claim(claim).device.configuration.document


def test_registry_restores_everything_that_it_stored() -> None:
    registry = new_registry()
    rules = registry.claim(Claim(serial=SERIAL, configuration={"modo": "horario"}))
    rules.update(Update(configuration={"horarios": "mon 14:00-15:00"}), NOW)
    rules.update(Update(on=True), NOW)
    assert rules.device.held is not None
    for number in range(6):
        receive(
            registry, at=NOW + timedelta(seconds=20 * number), parametros={"a": number}
        )
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
    # Stored devices that are not claimed are deleted.
    third = new_registry(settings=stored[0], history=stored[1])
    third.prune()
    assert third.claim(Claim(serial=SERIAL)).device.version == 1
    assert third.claimed[SERIAL].device.held is None


# The log


def test_log_keeps_the_latest_rows_up_to_its_limit() -> None:
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


def test_log_rows_keep_their_own_names() -> None:
    rows: list[dict[str, Any]] = [
        {"x": 1},
        {"x": 2},
        {"y": "z", "x": 3},
        {},
        {"x": True, "y": 0.5},
    ]
    log = StateLog()
    for at, parameters in enumerate(rows):
        log.add(float(at), "activo", parameters)
    assert [row.parameters for row in log] == rows
    assert [row.at for row in log.page(2, 2).rows] == [2.0, 1.0]
    assert [row.parameters for row in log.page(2, 2).rows] == [rows[2], rows[1]]


def test_log_limit_falls_with_the_number_of_devices() -> None:
    registry = new_registry()
    log = registry.claim(Claim(serial=SERIAL)).log
    for row in range(150):
        log.add(float(row), "activo", {})
    for number in range(199):
        registry.claim(Claim(serial=f"X{number}"))
    registry.share_log()
    assert len(log) == rows_for(200)


def test_unparseable_messages_are_counted_as_rejected() -> None:
    registry = new_registry()
    assert registry.receive("no message", NOW) is None
    assert registry.receive("{}", NOW) is None
    assert (registry.counts().rejected, registry.counts().floods) == (2, 0)


@given(st.integers(-5, 50), st.integers(-5, 500), st.integers(0, 30))
def test_pages_of_the_log_have_every_row_once(
    number: int, size: int, rows: int
) -> None:
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


def test_topics_with_wildcards_are_invalid() -> None:
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


def test_prefix_and_parameter_name_give_type_and_quantity() -> None:
    assert len(DEVICE_TYPES) == 13
    assert device_type_of("tmp0xyz").parameters == ("temperatura", "humedad")
    assert device_type_of("??").name == "unknown"
    temperature = quantity_of("temp", 3)
    assert temperature is not None
    assert temperature == quantity_of("temperatura", None)
    for name, value, key, binary in (
        ("x", True, "", True),
        ("x", 1, "", False),
        ("humo_detectado", 1, "smoke", True),
        ("humo_detectado", "burning", "smoke", True),
        ("temperatura", "23,4", "temperature", False),
    ):
        found = quantity_of(name, value)
        assert found is not None
        assert (found.key, found.is_binary) == (key, binary)
    assert quantity_of("x", None) is None


def test_command_topic_gets_each_version_once() -> None:
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


# A claim never changes what a device does


@pytest.mark.parametrize(
    ("serial", "estado", "parameters", "claimed", "expected"),
    [
        # No configuration at all: manual mode, in the reported state.
        ("RGD0A", "inactivo", {}, {}, {"modo": "manual", "encendido": False}),
        ("RGD0A", "activo", {}, {}, {"modo": "manual", "encendido": True}),
        ("RGD0A", "OFF", {}, {}, {"modo": "manual", "encendido": False}),
        # The template's own configuration would open the valve.
        (
            "RGD0A",
            "inactivo",
            {},
            {"modo": "manual", "encendido": True, "intervalo_envio": 10},
            {"modo": "manual", "encendido": False, "intervalo_envio": 10},
        ),
        (
            "LGT0A",
            "activo",
            {},
            {"modo": "manual", "encendido": False},
            {"modo": "manual", "encendido": True},
        ),
        # A schedule decides for itself.
        ("LGT0A", "activo", {}, {"modo": "horario"}, {"modo": "horario"}),
        # New firmware reports `inactivo` whatever it does.
        (
            "RGD0A",
            "inactivo",
            {"posicion": 0, "velocidad": 0, "riego_en_curso": True},
            {},
            {"modo": "manual", "encendido": True},
        ),
        (
            "LGT0A",
            "inactivo",
            {"posicion": 0, "velocidad": 0, "riego_en_curso": False},
            {},
            {"modo": "manual", "encendido": True},
        ),
    ],
)
def test_claim_keeps_device_in_its_reported_state(
    serial: str,
    estado: str,
    parameters: dict[str, Any],
    claimed: dict[str, Any],
    expected: dict[str, Any],
) -> None:
    registry = new_registry()
    receive(registry, serial, estado=estado, parametros=parameters)
    claim = Claim(serial=serial, configuration=claimed)
    assert registry.completed(claim).configuration == expected
    assert registry.claim(claim).device.configuration.document == expected


def test_claim_keeps_the_configuration_that_was_published_or_posted_before() -> None:
    registry = new_registry()
    published = {"modo": "horario", "horarios": "mon 06:00-07:00"}
    receive(registry, "LGT0A", estado="activo", configuracion=published)
    receive(registry, "LGT0A", estado="activo")
    document = registry.claim(Claim(serial="LGT0A")).device.configuration.document
    assert document == published
    registry.add_unclaimed(Claim(serial="LGT0B", configuration=published), NOW)
    own = {"intervalo_envio": 5}
    claim = Claim(serial="LGT0B", configuration=own)
    document = registry.claim(claim).device.configuration.document
    assert document == {**published, **own}
    assert registry.unclaimed_as_json_list() == []


def test_device_claimed_before_its_first_report_gets_a_mode_with_it() -> None:
    registry = new_registry()
    registry.add_unclaimed(Claim(serial="RGD0A"), NOW)
    rules = registry.claim(Claim(serial="RGD0A", configuration={"intervalo_envio": 9}))
    assert rules.device.configuration.mode is None
    received = receive(registry, "RGD0A", estado="inactivo")
    assert received is not None
    assert received.outcome is not None
    assert received.outcome.served
    assert rules.device.configuration.document == {
        "intervalo_envio": 9,
        "modo": "manual",
        "encendido": False,
    }


@pytest.mark.parametrize("reported", [None, "?"])
@pytest.mark.parametrize(
    "claimed",
    [{"modo": "manual"}, {"modo": "Manual", "encendido": True}, {"encendido": "on"}],
)
def test_claim_before_a_readable_report_switches_nothing(
    reported: str | None, claimed: dict[str, Any]
) -> None:
    registry = new_registry()
    if reported is not None:
        receive(registry, "RGD0A", estado=reported)
    configuration = {"intervalo_envio": 9, **claimed}
    claim = registry.completed(Claim(serial="RGD0A", configuration=configuration))
    rules = registry.claim(claim)
    assert rules.device.served.mode is None
    receive(registry, "RGD0A", estado="inactivo", parametros={"riego_en_curso": False})
    assert rules.device.served.document == {
        "intervalo_envio": 9,
        "modo": "manual",
        "encendido": False,
    }


def test_claim_that_no_device_could_hold_is_left_for_the_check_of_its_size() -> None:
    registry = new_registry()
    claim = Claim(serial="RGD0A", configuration={"modo": "manual", "x": "y" * 9000})
    assert registry.completed(claim) == claim
    assert registry.claim(claim).device.configuration.document == {}


@pytest.mark.parametrize("word", ["cerrado", "Cerrada", "closed", "locked", "lock"])
def test_claim_of_a_locked_door_keeps_it_locked(word: str) -> None:
    registry = new_registry()
    receive(registry, "DRL0A", estado=word)
    rules = registry.claim(registry.completed(Claim(serial="DRL0A")))
    assert rules.device.on is True
    assert rules.device.served.document == {"modo": "manual", "encendido": True}


# Bursts and last wills


def test_latest_message_of_a_burst_is_applied_at_its_end() -> None:
    registry = new_registry(per_minute=3)
    rules = registry.claim(Claim(serial=SERIAL))
    for value in range(8):
        receive(registry, parametros={"temperatura": value})
    assert rules.device.parameters == {"temperatura": 2}
    received = registry.apply_held_back(SERIAL, NOW + timedelta(seconds=20))
    assert received is not None
    assert rules.device.parameters == {"temperatura": 7}
    assert registry.apply_held_back(SERIAL, NOW) is None


def test_held_back_message_is_dropped_once_a_newer_one_was_applied() -> None:
    registry = new_registry(per_minute=3)
    rules = registry.claim(Claim(serial=SERIAL))
    for value in range(5):
        receive(registry, parametros={"temperatura": value})
    receive(registry, at=NOW + timedelta(minutes=1), parametros={"temperatura": 99})
    assert registry.apply_held_back(SERIAL, NOW + timedelta(minutes=1)) is None
    assert rules.device.parameters == {"temperatura": 99}


def test_last_will_makes_a_device_silent_and_is_no_report() -> None:
    registry = new_registry()
    assert receive(registry, estado="offline") is None
    assert SERIAL not in registry.unclaimed
    rules = registry.claim(Claim(serial=SERIAL))
    receive(registry, estado="activo", parametros={"temperatura": 3})
    will = receive(registry, at=NOW + timedelta(seconds=5), estado="offline")
    assert will is not None
    assert will.outcome is not None
    assert will.outcome.more
    assert rules.device.silent
    assert rules.device.last_seen == NOW
    assert rules.device.estado == "activo"


# Stored files of any content

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["2026-06-01T12:00:00+00:00", "horario", "x" * 9000]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("configuration", "version", "acknowledged", "held", "since"),
                    *("until", "on", "estado", "parameters", "last_seen", "gaps"),
                    *("log", "modo", "horarios", "x"),
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)


@given(JSON, JSON)
def test_any_stored_json_gives_a_device_that_works(
    settings: object, history: object
) -> None:
    registry = new_registry(settings={SERIAL: settings}, history={SERIAL: history})
    rules = registry.claim(Claim(serial=SERIAL))
    receive(registry, estado="activo", parametros={"temperatura": 3})
    rules.update(Update(on=False), NOW)
    rules.next_change(NOW)
    json.dumps([rules.device.as_json(), rules.log.page().as_json()])
    json.dumps([registry.settings(), registry.history()])


@given(JSON, JSON)
def test_any_stored_file_gives_a_registry(settings: object, history: object) -> None:
    registry = new_registry(settings=settings, history=history)
    assert registry.claim(Claim(serial=SERIAL)).device.serial == SERIAL


def test_damaged_field_of_a_stored_device_keeps_its_neighbors() -> None:
    registry = new_registry()
    rules = registry.claim(Claim(serial=SERIAL, configuration={"modo": "manual"}))
    receive(registry, estado="activo", parametros={"temperatura": 3})
    settings, history = registry.settings(), registry.history()
    settings[SERIAL]["version"] = "x"
    history[SERIAL]["last_seen"] = 5
    history[SERIAL]["log"].append("no row")
    again = new_registry(settings=settings, history=history)
    device = again.claim(Claim(serial=SERIAL)).device
    assert device.configuration == rules.device.configuration
    assert device.parameters == {"temperatura": 3}
    assert device.last_seen is None
    assert len(again.claimed[SERIAL].log) == 1
    assert [part.rejected for part in again.stored] == [
        [f"devices.{SERIAL}.version"],
        [f"devices.{SERIAL}.last_seen", f"devices.{SERIAL}.log[1]"],
    ]


def test_unclaimed_device_with_a_configuration_above_the_limit_has_none() -> None:
    registry = DeviceRegistry(UTC, per_minute=100)
    said = {"serial_number": "LGT0A", "configuracion": {"x": "y" * 9000}}
    registry.receive(json.dumps(said).encode(), datetime(2026, 6, 1, tzinfo=UTC))
    assert registry.unclaimed.of("LGT0A").configuration == {}


@pytest.mark.parametrize(
    "row",
    [
        [-1, "activo", {}],
        [1e18, "activo", {}],
        ["1", "activo", {}],
        [1, None, {}],
        [1, "activo", []],
        [1, "activo"],
        None,
    ],
)
def test_stored_row_that_cannot_be_shown_is_left_out(row: object) -> None:
    history = {SERIAL: {"log": [row, [5, "activo", {"temperatura": 1}]]}}
    rules = new_registry(history=history).claim(Claim(serial=SERIAL))
    assert [row.at for row in rules.log] == [5]
