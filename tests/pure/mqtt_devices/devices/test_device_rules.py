"""Tests of device rules: holds, commands, reported states, conflicts, the stream."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.mqtt_devices.claims.claim import Claim, Identity
from custom_components.jannenkoti.kinds.mqtt_devices.claims.registry import (
    DeviceRegistry,
    Received,
)
from custom_components.jannenkoti.kinds.mqtt_devices.devices.device_types import (
    DEVICE_TYPES,
    canonical_name,
    device_type_of,
    unreadable_safety,
)
from custom_components.jannenkoti.kinds.mqtt_devices.devices.modes import Update, as_on
from custom_components.jannenkoti.kinds.mqtt_devices.devices.reported_state import (
    is_of_new_firmware,
    reported_on,
)
from custom_components.jannenkoti.kinds.mqtt_devices.devices.serial_conflict import (
    WINDOW,
    ConflictSign,
    SerialConflictDetector,
)
from custom_components.jannenkoti.kinds.mqtt_devices.devices.simulator import (
    MARK,
    Simulation,
    Simulator,
    new_serial,
)
from custom_components.jannenkoti.kinds.mqtt_devices.wire.payload import Report, parse
from custom_components.jannenkoti.kinds.mqtt_devices.wire.stream import (
    HELLO,
    MAX_OF_OWNER,
    PING,
    QUEUE,
    Filter,
    Full,
    QueuedListener,
    Stream,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from custom_components.jannenkoti.kinds.mqtt_devices.devices.device_rules import (
        DeviceRules,
    )
    from custom_components.jannenkoti.kinds.mqtt_devices.wire.payload import Scalar

MONDAY_NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def claimed(serial: str = "X", **configuration: Any) -> DeviceRules:
    """Return the rules of a device."""
    registry = DeviceRegistry(UTC, per_minute=1000)
    return registry.claim(Claim(serial=serial, configuration=configuration))


def scheduled() -> DeviceRules:
    """Return a device that is on from two to three on Mondays."""
    rules = claimed(modo="horario", horarios="mon 14:00-15:00")
    rules.received(Report(serial="X", estado="inactivo"), MONDAY_NOON)
    return rules


LOCKED_WORDS = (
    "cerrado",
    "CERRADA",
    "closed",
    "close",
    "lock",
    " Locked ",
    "bloqueado",
)
UNLOCKED_WORDS = ("abierto", "Abierta", "open", "opened", "unlock", "desbloqueada")


@pytest.mark.parametrize(
    ("serial", "word", "on"),
    [
        *(("DRL0A1B2C3D4", word, True) for word in LOCKED_WORDS),
        *(("DRL0A1B2C3D4", word, False) for word in UNLOCKED_WORDS),
        *((f"{it}A1B2C3D4", "abierta", True) for it in ("RGD0", "SHD0", "XYZ0")),
        *((f"{it}A1B2C3D4", "cerrado", False) for it in ("RGD0", "SHD0", "XYZ0")),
        *((f"{it}A1B2C3D4", "ON", True) for it in DEVICE_TYPES),
        *((f"{it}A1B2C3D4", "offline?", None) for it in DEVICE_TYPES),
        ("DRL0A1B2C3D4", "detected", None),
    ],
)
def test_word_for_a_state_means_what_it_means_for_the_device(
    serial: str,
    word: str,
    on: bool | None,  # noqa: FBT001
) -> None:
    registry = DeviceRegistry(UTC, per_minute=1000)
    message = {"serial_number": serial, "estado": word}
    registry.receive(json.dumps(message), MONDAY_NOON)
    assert registry.unclaimed.of(serial).on is on
    rules = registry.claim(registry.completed(Claim(serial=serial)))
    registry.receive(json.dumps(message), MONDAY_NOON)
    assert rules.device.on is on
    # What is served keeps the device as it is.
    assert rules.device.served.document.get("encendido") is on
    if on is not None:
        rules.update(Update.of({"estado": word}), MONDAY_NOON)
        assert (rules.device.on, rules.device.served.on) == (on, on)


@pytest.mark.parametrize("parameters", [[1], "humo", 7, True, [{"humo": False}]])
@pytest.mark.parametrize(
    ("serial", "before", "unreadable"),
    [
        ("SMK0A", {"humo_detectado": False}, {"humo_detectado"}),
        ("SMK0A", {"Humo": False, "bateria": 3}, {"Humo", "humo_detectado"}),
        ("DRL0A", {}, {"lock_state"}),
        ("RGD0A", {"riego_en_curso": False}, {"riego_en_curso"}),
        ("TMP0A", {"temperatura": 20, "fuga_agua": False}, {"fuga_agua"}),
        ("TMP0A", {"temperatura": 20}, set()),
    ],
)
def test_parameters_that_cannot_be_read_make_alarms_unreadable(
    serial: str, before: dict[str, Any], unreadable: set[str], parameters: object
) -> None:
    rules = claimed(serial)
    for said in (before, parameters, {}):
        message = {"serial_number": serial, "estado": "activo", "parametros": said}
        rules.received(parse(json.dumps(message)), MONDAY_NOON)
    # A message without parameters repeats what was known.
    assert set(rules.device.unreadable) == unreadable
    assert rules.device.parameters == before
    message = {"serial_number": serial, "parametros": before or {"lock_state": 1}}
    rules.received(parse(json.dumps(message)), MONDAY_NOON)
    assert rules.device.unreadable == ()


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        *((it, "humo_detectado") for it in ("humoDetectado", "SmokeAlarm", "HUMO")),
        *((it, "humo_detectado") for it in ("humo.detectado", "Humo - detectado")),
        *(
            (it, "lock_state")
            for it in ("lockState", "Lock State", "locked", "Bloqueado")
        ),
        *((it, "co2_ppm") for it in ("CO2", "CO₂", "CO2 (ppm)", "co2Ppm")),
        *((it, "temperatura") for it in ("Temp.", "temperatura [°C]", "temperatureC")),
        # Not those: another unit, the opposite, another quantity.
        *(
            (it, it)
            for it in ("temperature (°F)", "temp_f", "unlocked", "co", "ppm", "")
        ),
        *((it, it) for it in ("power (kW)", "consumo_kwh", "...", "_")),
    ],
)
def test_name_of_a_parameter_is_recognized_in_each_spelling(
    name: str, canonical: str
) -> None:
    assert canonical_name(name) == canonical


def test_hold_ends_at_the_next_edge() -> None:
    rules = scheduled()
    assert rules.decides(MONDAY_NOON) is False
    rules.update(Update(on=True), MONDAY_NOON)
    held = rules.device.held
    assert held is not None
    assert held.hold.until == MONDAY_NOON + 2 * HOUR
    assert rules.next_change(MONDAY_NOON) == held.hold.until
    assert rules.decides(MONDAY_NOON) is True
    version = rules.device.version
    assert not rules.tick(MONDAY_NOON + HOUR)
    assert rules.tick(held.hold.until)
    assert rules.device.version == version + 1
    assert rules.next_change(held.hold.until) == MONDAY_NOON + 3 * HOUR


def test_configuration_written_back_during_a_hold_does_not_end_it() -> None:
    rules = scheduled()
    rules.update(Update(on=True), MONDAY_NOON)
    before = rules.device
    served = before.served.document
    assert served != before.configuration.document
    rules.update(Update(configuration={**served, "encendido": False}), MONDAY_NOON)
    assert rules.device == before
    rules.update(Update(configuration={**served, "more": 1}), MONDAY_NOON)
    assert rules.device.held == before.held
    assert rules.device.configuration.document == {
        **before.configuration.document,
        "more": 1,
    }


def test_configuration_written_back_does_not_switch_the_device() -> None:
    rules = claimed(modo="manual", encendido=True)
    rules.received(Report(serial="X", estado="activo"), MONDAY_NOON)
    document = rules.device.configuration.document
    off = {**document, "encendido": False}
    rules.update(Update(configuration=off, estado="inactivo"), MONDAY_NOON)
    assert rules.device.pending is None
    rules.update(Update(configuration={"encendido": True, "more": 1}), MONDAY_NOON)
    assert rules.device.pending is not None


def test_schedule_decides_without_a_hold() -> None:
    rules = scheduled()
    hours = [rules.decides(MONDAY_NOON + n * HOUR) for n in range(4)]
    assert hours == [False, False, True, False]


def test_update_changes_only_the_fields_it_has() -> None:
    rules = claimed()
    every = Update(name="Pump", type="relay", model="R1", description="Cellar")
    rules.update(every, MONDAY_NOON)
    before = rules.device.identity
    assert before == Identity(
        name="Pump", type="relay", model="R1", description="Cellar"
    )
    for update, after in (
        (Update(name="x"), replace(before, name="x")),
        (Update(type="x"), replace(before, type="x")),
        (Update(model="x"), replace(before, model="x")),
        (Update(description=""), replace(before, description="")),
    ):
        rules.update(update, MONDAY_NOON)
        assert rules.device.identity == after
        rules.rename(before)
    assert rules.device.parameters == {}
    rules.update(Update(parameters={"a": 1}), MONDAY_NOON)
    rules.update(Update(name="x"), MONDAY_NOON)
    assert rules.device.parameters == {"a": 1}
    assert [row.parameters for row in rules.log][-1] == {"a": 1}


def test_command_in_manual_mode_starts_no_hold() -> None:
    rules = claimed(modo="manual", horarios="mon 14:00-15:00")
    rules.update(Update(on=True), MONDAY_NOON)
    assert rules.device.on
    assert rules.device.held is None


def test_acknowledged_version_stays_until_the_next() -> None:
    rules = claimed()
    for version, acknowledged in ((3, 3), (None, 3), (4, 4)):
        rules.received(Report(serial="X", version=version), MONDAY_NOON)
        assert rules.device.acknowledged == acknowledged


def test_message_ends_silence() -> None:
    rules = scheduled()
    rules.fall_silent()
    before = rules.device
    news = rules.received(Report(serial="X"), MONDAY_NOON + HOUR)
    assert news.more
    assert (before.silent, rules.device.silent) == (True, False)
    assert rules.device.estado == "inactivo"
    assert rules.device.last_seen == MONDAY_NOON + HOUR


def test_command_that_agrees_with_the_schedule_starts_no_hold() -> None:
    rules = scheduled()
    rules.update(Update(on=False), MONDAY_NOON)
    assert rules.device.held is None
    rules.update(Update(on=True), MONDAY_NOON + 2 * HOUR)
    assert rules.device.held is None


def test_command_for_the_reported_state_still_starts_a_hold() -> None:
    rules = scheduled()
    rules.received(Report(serial="X", estado="activo"), MONDAY_NOON)
    rules.update(Update(on=True), MONDAY_NOON)
    assert rules.device.held is not None
    assert rules.device.held.on
    assert rules.device.pending is not None


@pytest.mark.parametrize("horarios", ["all 00:00-00:00", ""])
def test_hold_without_an_edge_lasts_a_day(horarios: str) -> None:
    rules = claimed(modo="horario", horarios=horarios)
    rules.update(Update(on=not horarios), MONDAY_NOON)
    assert rules.device.held is not None
    assert rules.device.held.hold.until == MONDAY_NOON + timedelta(days=1)
    assert rules.next_change(MONDAY_NOON) == MONDAY_NOON + timedelta(days=1)


@pytest.mark.parametrize(
    ("update", "holds"),
    [
        (Update(name="x"), True),
        (Update(configuration={"intervalo_envio": 5}), True),
        (Update(configuration={"horarios": "tue 06:00-07:00"}), False),
        (Update(configuration={"modo": "manual"}), False),
        (Update(configuration={"modo": "horario"}), False),
        (Update(estado="inactivo"), False),
    ],
)
def test_update_ends_a_hold_only_if_it_changes_mode_schedule_or_state(
    update: Update, *, holds: bool
) -> None:
    rules = scheduled()
    rules.update(Update(on=True), MONDAY_NOON)
    rules.update(update, MONDAY_NOON + timedelta(minutes=1))
    assert (rules.device.held is not None) is holds


def test_command_without_readable_schedule_is_held_for_a_day() -> None:
    rules = claimed(modo="horario", horarios=3)
    assert rules.next_change(MONDAY_NOON) is None
    assert rules.decides(MONDAY_NOON) is False
    rules.update(Update(on=True), MONDAY_NOON)
    assert rules.device.held is not None
    assert rules.device.served.mode == "manual"
    assert rules.next_change(MONDAY_NOON) == MONDAY_NOON + timedelta(days=1)
    rules.update(Update(on=False), MONDAY_NOON)
    assert rules.device.held is None


def test_device_without_a_mode_has_no_decision() -> None:
    rules = claimed()
    assert rules.decides(MONDAY_NOON) is None
    assert rules.next_change(MONDAY_NOON) is None
    assert claimed(modo="manual").decides(MONDAY_NOON) is True


def test_command_is_shown_until_its_deadline() -> None:
    rules = claimed(modo="manual", intervalo_envio=20)
    on = Report(serial="X", estado="activo")
    rules.received(on, MONDAY_NOON)
    rules.update(Update(on=False), MONDAY_NOON)
    rules.received(on, MONDAY_NOON + timedelta(seconds=29))
    assert (rules.device.on, rules.device.estado) == (False, "activo")
    rules.received(on, MONDAY_NOON + timedelta(seconds=31))
    assert (rules.device.on, rules.device.estado) == (True, "activo")
    rules.update(Update(on=False), MONDAY_NOON)
    rules.received(Report(serial="X", estado="inactivo"), MONDAY_NOON)
    assert rules.device.pending is None


def test_reported_configuration_older_than_ours_is_ignored() -> None:
    rules = claimed()
    theirs = Report(serial="X", configuration={"modo": "horario"})
    rules.update(Update.of({"configuracion": {"modo": "manual"}}), MONDAY_NOON)
    rules.received(theirs, MONDAY_NOON + timedelta(minutes=5))  # it slept, then asked
    assert rules.device.configuration.document == {"modo": "manual"}
    obeyed = Report(serial="X", configuration={"modo": "manual"})
    rules.received(obeyed, MONDAY_NOON + timedelta(minutes=5, seconds=10))
    news = rules.received(theirs, MONDAY_NOON + timedelta(minutes=5, seconds=11))
    assert news.more
    assert rules.device.configuration.document == {"modo": "horario"}
    huge = Report(serial="X", configuration={"x": "y" * 9000})
    rules.received(huge, MONDAY_NOON + timedelta(minutes=6))
    assert rules.device.configuration.document == {"modo": "horario"}


def test_reported_configuration_is_accepted_after_the_deadline() -> None:
    rules = claimed(modo="manual", intervalo_envio=5)
    theirs = Report(serial="X", configuration={"modo": "horario"})
    for seconds, mode in ((0, "manual"), (14, "manual"), (15, "horario")):
        rules.received(theirs, MONDAY_NOON + timedelta(seconds=seconds))
        assert rules.device.configuration.document["modo"] == mode


def test_configuration_of_a_hold_ends_with_it() -> None:
    rules = scheduled()
    rules.update(Update(on=True), MONDAY_NOON)
    during = Report(serial="X", configuration=dict(rules.device.served.document))
    assert during.configuration is not None
    rules.received(during, MONDAY_NOON + timedelta(minutes=1))
    rules.received(during, MONDAY_NOON + 2 * HOUR)  # the edge
    assert rules.device.held is None
    assert rules.device.configuration.document["modo"] == "horario"


def test_outcome_lists_changed_parameters() -> None:
    rules = claimed()
    said = [
        rules.received(Report(serial="X", parameters=parameters), MONDAY_NOON)
        for parameters in ({"a": 1, "b": 2}, {"a": 1, "b": 3}, {"b": 3}, {"b": 3})
    ]
    assert [news.parameters for news in said] == [("a", "b"), ("b",), ("a",), ()]
    assert [news.new_parameters for news in said] == [True, False, False, False]
    assert [news.more for news in said] == [True, False, False, False]


UPDATES = st.builds(
    Update.of,
    st.dictionaries(
        st.sampled_from(["encendido", "estado"]), st.sampled_from(["on", "off", "?"])
    ),
)


@given(st.lists(st.tuples(st.integers(0, 100_000), UPDATES), max_size=12))
def test_hold_never_lasts_beyond_the_edge(updates: list[tuple[int, Update]]) -> None:
    rules = scheduled()
    for seconds, update in sorted(updates, key=lambda one: one[0]):
        now = MONDAY_NOON + timedelta(seconds=seconds)
        rules.tick(now)
        before = rules.device.version
        rules.update(update, now)
        held, moment = rules.device.held, rules.moment(now)
        assert rules.device.version >= before
        assert moment is not None
        if held is not None:
            assert held.hold.until == moment.changes_at
            assert held.on is not (moment.open is not None)
            assert rules.device.on is held.on


NAMES = st.sampled_from(
    ["temperatura", "humo_detectado", "posicion", "velocidad", "lock_state", "Lock"]
)


@given(
    st.sampled_from(sorted(DEVICE_TYPES)),
    st.lists(
        st.dictionaries(NAMES, st.sampled_from([0, 1, 21.5, "lock", "?"]), max_size=5),
        min_size=1,
        max_size=6,
    ),
)
def test_outcome_and_safety_follow_from_the_latest_parameters_alone(
    prefix: str, messages: list[dict[str, Scalar]]
) -> None:
    serial = f"{prefix}00000001"
    rules = claimed(serial, modo="manual")
    for number, parameters in enumerate(messages):
        before = rules.device
        outcome = rules.received(
            Report(serial=serial, estado="activo", parameters=parameters),
            MONDAY_NOON + timedelta(seconds=10 * number),
        )
        then, device_type = before.parameters, device_type_of(serial)
        assert set(outcome.parameters) == {
            name
            for name in parameters.keys() | then.keys()
            if parameters.get(name) != then.get(name)
        }
        assert outcome.new_parameters is not (parameters.keys() <= then.keys())
        assert rules.device.unreadable == unreadable_safety(device_type, parameters, ())
        if is_of_new_firmware(device_type, parameters):
            on = reported_on(device_type, "activo", parameters)
            assert on is None or as_on(rules.device.estado) is on


# Two devices


type Message = tuple[float, str, float | None]


def observe(
    watch: SerialConflictDetector, messages: Sequence[Message]
) -> ConflictSign | None:
    """Let messages be received: when, which parameters, and the clock's offset."""
    for at, names, offset in messages:
        clock = None if offset is None else at + offset
        watch.received(at, tuple(names), clock)
    return watch.conflict


def verdicts(messages: Sequence[Message]) -> set[ConflictSign | None]:
    """Return what was ever thought of messages."""
    watch = SerialConflictDetector()
    return {observe(watch, [message]) for message in messages}


def test_one_device_is_no_conflict() -> None:
    even = [(10.0 * n, "ab", 0.5) for n in range(3 * WINDOW)]
    assert verdicts(even) == {None}
    jitter = Random(1)  # noqa: S311
    shaky = [(10 * n + jitter.uniform(-2, 2), "ab", None) for n in range(99)]
    assert verdicts(shaky) == {None}
    # New firmware, a clock that is set, another pace.
    changed = [
        (10.0 * n, "ab" if n < 6 else "cd", 0.0 if n < 6 else 900) for n in range(12)
    ]
    assert verdicts(changed) == {None}
    faster = even[:12] + [(120 + 2.0 * n, "ab", 0.5) for n in range(24)]
    assert verdicts(faster) == {None}
    # Two that were garbled are an accident.
    garbled = [(10.0 * n, "cd" if n in (3, 7) else "ab", 0.5) for n in range(12)]
    assert verdicts(garbled) == {None}
    reset = [(10.0 * n, "ab", 0.0 if n in (3, 7) else 600.0) for n in range(12)]
    assert verdicts(reset) == {None}
    # A clock that shows whole seconds.
    coarse = [(10.0 * n, "ab", float(n % 2)) for n in range(12)]
    assert verdicts(coarse) == {None}
    # A network that doubles messages.
    doubled = [(10.0 * n + more, "ab", 0.5) for n in range(12, 24) for more in (0, 0.2)]
    assert verdicts(even[:12] + doubled) == {None}
    # A device that reports its battery now and then.
    battery = [(10.0 * n, "ab" if n % 3 else "abc", 0.0) for n in range(12)]
    assert verdicts(battery) == {None}


@pytest.mark.parametrize(
    ("messages", "conflict"),
    [
        ([(10.0 * n, "ab" if n % 2 else "cd", None) for n in range(12)], "parameters"),
        ([(10.0 * n, "ab", 0 if n % 2 else 600) for n in range(12)], "clock"),
        ([(10.0 * n, "ab", 5000 if n % 2 else 5600) for n in range(12)], "clock"),
        (
            [(10.0 * n, "ab", None) for n in range(12)]
            + [(130 + 5.0 * n - n % 2 * 2.5, "ab", None) for n in range(12)],
            "rate",
        ),
    ],
)
def test_two_alternating_devices_are_a_conflict(
    messages: Sequence[Message], conflict: str
) -> None:
    watch = SerialConflictDetector()
    assert observe(watch, messages) == conflict
    later = [(1000 + 10.0 * n, "ab", 0.0) for n in range(12)]
    assert observe(watch, later) is None


def test_conflict_is_reported_when_it_starts_and_ends() -> None:
    watch = SerialConflictDetector()
    news = [
        watch.received(10.0 * n, ("ab" if n % 2 and n < 24 else "cd",), None)
        for n in range(48)
    ]
    # After the first dozen it is odd, still so after the second, then no more.
    assert [n for n, changed in enumerate(news, 1) if changed] == [12, 36]


# Simulated devices


@pytest.mark.parametrize("prefix", DEVICE_TYPES)
def test_simulated_device_reports_as_a_real_one(prefix: str) -> None:
    chance = Random(1)  # noqa: S311
    simulator = Simulator(new_serial(prefix, chance), chance)
    assert simulator.serial.startswith(prefix + MARK)
    assert len(simulator.serial) == 12
    said = [simulator.speak(on=True, document={"velocidad": 2}) for _ in range(50)]
    for report in said:
        payload = {
            "serial_number": report.serial,
            "estado": report.estado,
            "parametros": report.parameters,
        }
        assert parse(json.dumps(payload)).parameters == (report.parameters or None)
    off = [simulator.speak(on=False, document={}) for _ in range(2)]
    assert off[0] == off[1]
    assert off[0].estado == "inactivo"


async def test_simulated_device_reports_at_once_after_a_command() -> None:
    registry = DeviceRegistry(UTC, per_minute=1000)
    received: list[Received | None] = []
    simulation = Simulation(registry, received.append, lambda: MONDAY_NOON)
    rules = registry.claim(
        Claim(serial="LGT0SIM00000", configuration={"modo": "manual"})
    )
    simulation.start(rules)
    assert len(received) == 1
    simulation.obey(rules)
    assert len(received) == 1
    rules.update(Update(on=False), MONDAY_NOON)
    simulation.obey(rules)
    assert as_on(rules.device.estado) is False
    assert rules.device.pending is None
    assert len(received) == 2
    simulation.stop_all()
    simulation.stop("unknown")
    simulation.obey(rules)
    assert len(received) == 2


# The stream


async def test_event_is_encoded_once_and_only_for_clients_that_want_it() -> None:
    stream, made = Stream(), []

    def event() -> dict[str, Any]:
        made.append(1)
        return {"a": "ñ"}

    stream.publish("X", claimed=True, event=event)
    assert not made
    wanted = (Filter(), Filter(serial="X"), Filter(serial="Y"), Filter(claimed=False))
    listeners = [QueuedListener(one, lambda: None) for one in wanted]
    for listener in listeners:
        stream.join(listener)
    stream.publish("X", claimed=True, event=event)
    stream.publish("X", claimed=True, event=event)
    assert (len(made), stream.written) == (2, 2)
    said = [await listener.get(0.001) for listener in listeners]
    twice = 'data: {"a":"ñ"}\n\n'.encode() * 2
    assert said == [twice, twice, PING, PING]
    assert HELLO.startswith(b"event: hello\n")


async def test_client_that_does_not_read_is_dropped_at_the_limit() -> None:
    stream, dropped = Stream(), []
    stalled = QueuedListener(Filter(), lambda: dropped.append(1))
    reader = QueuedListener(Filter(), lambda: dropped.append(2))
    for listener in (stalled, reader):
        stream.join(listener)
    for _ in range(QUEUE + 5):
        stream.publish("X", claimed=True, event=dict)
        await reader.get()
    assert dropped == [1]
    assert (len(stream), stream.dropped) == (1, 1)
    assert await stalled.get() is None
    waiting = asyncio.create_task(reader.get())
    await asyncio.sleep(0)
    stream.close()
    assert await waiting is None
    assert dropped == [1, 2]


async def test_client_gets_an_event_at_once() -> None:
    listener = QueuedListener(Filter(), lambda: None)
    waiting = asyncio.create_task(listener.get())
    await asyncio.sleep(0)
    listener.put(b"1")
    listener.put(b"2")
    assert await waiting == b"data: 1\n\ndata: 2\n\n"


def test_one_owner_cannot_take_all_places() -> None:
    stream = Stream()
    for _ in range(MAX_OF_OWNER):
        stream.join(QueuedListener(Filter(), lambda: None), "10.0.0.1")
    another = QueuedListener(Filter(), lambda: None)
    with pytest.raises(Full):
        stream.join(another, "10.0.0.1")
    stream.join(another, "10.0.0.2")
    stream.leave(another)
    stream.leave(another)
    assert len(stream) == MAX_OF_OWNER
    stream.join(another, "10.0.0.2")
    stream.close()
    stream.join(another, "10.0.0.1")


# New firmware, and states that cannot be read


@pytest.mark.parametrize(
    ("serial", "own", "moving", "resting"),
    [
        ("FAN0A", "velocidad", 2, 0),
        ("SHD0A", "posicion", "40", 0),
        ("RGD0A", "riego_en_curso", True, False),
        ("DRL0A", "lock_state", "lock", "unlock"),
    ],
)
def test_new_firmware_state_comes_from_the_parameter_that_moves(
    serial: str, own: str, moving: Any, resting: Any
) -> None:
    every: dict[str, Any] = {
        "posicion": 0,
        "velocidad": 0,
        "riego_en_curso": False,
        "lock_state": "unlock",
    }
    rules = claimed(serial, modo="manual", encendido=False)
    for value, on in ((moving, True), (resting, False)):
        report = Report(
            serial=serial, estado="inactivo", parameters={**every, own: value}
        )
        rules.received(report, MONDAY_NOON)
        assert rules.device.on is on


def test_new_firmware_without_such_a_parameter_does_what_it_was_sent() -> None:
    parameters = {"posicion": 0, "velocidad": 0, "riego_en_curso": False}
    report = Report(serial="LGT0A", estado="inactivo", parameters=parameters)
    rules = claimed("LGT0A", modo="manual", encendido=True)
    rules.received(report, MONDAY_NOON)
    assert rules.device.on is True
    rules.update(Update(on=False), MONDAY_NOON)
    rules.received(report, MONDAY_NOON + HOUR)
    after = rules.device
    assert (after.on, after.pending) == (False, None)


def test_old_firmware_that_is_off_keeps_its_last_speed() -> None:
    rules = claimed("FAN0A", modo="manual")
    report = Report(serial="FAN0A", estado="inactivo", parameters={"velocidad": 2})
    rules.received(report, MONDAY_NOON)
    assert rules.device.on is False


@pytest.mark.parametrize(
    ("serial", "parameters", "unreadable"),
    [
        ("SMK0A", {"humo_detectado": "burning"}, ("humo_detectado",)),
        ("SMK0A", {"humo_detectado": [1], "bateria": 5}, ("humo_detectado",)),
        ("SMK0A", {"Humo": 2}, ("Humo",)),
        ("SMK0A", {"humo_detectado": "ON"}, ()),
        ("SMK0A", {"bateria": "?"}, ()),
        (
            "XYZ0A",
            {"fuga_agua": "?", "gas_detectado": "??"},
            ("fuga_agua", "gas_detectado"),
        ),
        ("DRL0A", {"lock_state": "jammed"}, ("lock_state",)),
        ("DRL0A", {"lock_state": "unlock"}, ()),
        ("RGD0A", {"riego_en_curso": "maybe"}, ("riego_en_curso",)),
        ("RGD0A", {"lock_state": "jammed"}, ()),
    ],
)
def test_unreadable_value_of_a_safety_class_is_recorded(
    serial: str, parameters: dict[str, Any], unreadable: tuple[str, ...]
) -> None:
    rules = claimed(serial)
    message = {"serial_number": serial, "parametros": parameters}
    outcome = rules.received(parse(json.dumps(message)), MONDAY_NOON)
    assert rules.device.unreadable == unreadable
    if unreadable:
        good = Report(serial=serial, parameters={"bateria": 3})
        assert outcome.more
        assert rules.received(good, MONDAY_NOON).more
        assert rules.device.unreadable == ()


# Configurations that are written back


def test_whole_configuration_written_back_with_a_change_keeps_the_hold() -> None:
    rules = scheduled()
    rules.update(Update(on=True), MONDAY_NOON)
    read = dict(rules.device.served.served)
    rules.update(
        Update.of({"configuracion": {**read, "intervalo_envio": 5}}), MONDAY_NOON
    )
    device = rules.device
    assert device.held is not None
    assert device.configuration.mode == "horario"
    assert device.configuration.interval == 5
    rules.end_hold()
    assert rules.device.served.mode == "horario"


@pytest.mark.parametrize("modo", ["manual", "horario"])
def test_form_that_changes_only_the_name_switches_nothing(modo: str) -> None:
    rules = claimed(modo=modo, encendido=True, horarios="mon 14:00-15:00")
    rules.received(Report(serial="X", estado="inactivo"), MONDAY_NOON)
    if modo == "horario":
        rules.update(Update(on=True), MONDAY_NOON)
    before = rules.device
    form = Update(
        name="New",
        configuration=dict(before.configuration.document),
        replaces=True,
    )
    rules.update(form, MONDAY_NOON)
    after = rules.device
    assert after.identity.name == "New"
    assert after._replace(identity=before.identity) == before


def test_schedule_is_served_in_the_form_that_all_firmware_applies_alike() -> None:
    edges = {"diario": [["18:00", "on"], ["06:00", "off"]]}
    rules = claimed(modo="horario", horarios=edges)
    assert rules.device.as_json()["configuracion"] == {
        "modo": "horario",
        "horarios": [
            {"dias": ["todos"], "inicio": "18:00", "fin": "00:00"},
            {"dias": ["todos"], "inicio": "00:00", "fin": "06:00"},
        ],
    }
    night = datetime(2026, 6, 2, 0, 25, tzinfo=UTC)
    assert rules.decides(night) is True
    rules.update(Update(on=False), night)
    assert rules.device.held is not None
    assert rules.device.held.hold.until == datetime(2026, 6, 2, 6, tzinfo=UTC)


def test_command_to_a_device_without_a_mode_gives_it_manual_mode() -> None:
    rules = claimed("RGD0A")
    rules.update(Update(on=True), MONDAY_NOON)
    assert rules.device.configuration.document == {
        "encendido": True,
        "modo": "manual",
    }
