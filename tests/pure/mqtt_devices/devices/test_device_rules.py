"""A claimed device: who has the last word, until when, and who speaks for it."""

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
)
from custom_components.jannenkoti.kinds.mqtt_devices.devices.modes import Update, as_on
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
    PING,
    QUEUE,
    Filter,
    QueuedListener,
    Stream,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from custom_components.jannenkoti.kinds.mqtt_devices.devices.device_rules import (
        DeviceRules,
    )

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


def test_a_hold_lasts_until_the_edge() -> None:
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


def test_a_device_that_tells_what_it_does_during_a_hold_does_not_end_it() -> None:
    rules = scheduled()
    rules.update(Update(on=True), MONDAY_NOON)
    before = rules.device
    served = before.served.document
    assert served != before.configuration.document
    rules.update(Update(configuration={**served, "encendido": False}), MONDAY_NOON)
    assert rules.device == before
    rules.update(Update(configuration={**served, "more": 1}), MONDAY_NOON)
    assert rules.device.held is None


def test_a_device_that_repeats_its_configuration_is_not_switched() -> None:
    rules = claimed(modo="manual", encendido=True)
    rules.received(Report(serial="X", estado="activo"), MONDAY_NOON)
    document = rules.device.configuration.document
    off = {**document, "encendido": False}
    rules.update(Update(configuration=off, estado="inactivo"), MONDAY_NOON)
    assert rules.device.pending is None
    rules.update(Update(configuration={"encendido": True, "more": 1}), MONDAY_NOON)
    assert rules.device.pending is not None


def test_a_schedule_decides_what_no_hold_does() -> None:
    rules = scheduled()
    hours = [rules.decides(MONDAY_NOON + n * HOUR) for n in range(4)]
    assert hours == [False, False, True, False]


def test_what_is_not_said_stays_as_it_was() -> None:
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


def test_in_manual_mode_nothing_is_held() -> None:
    rules = claimed(modo="manual", horarios="mon 14:00-15:00")
    rules.update(Update(on=True), MONDAY_NOON)
    assert rules.device.on
    assert rules.device.held is None


def test_a_version_is_acknowledged_until_another_is() -> None:
    rules = claimed()
    for version, acknowledged in ((3, 3), (None, 3), (4, 4)):
        rules.received(Report(serial="X", version=version), MONDAY_NOON)
        assert rules.device.acknowledged == acknowledged


def test_who_speaks_is_silent_no_more() -> None:
    rules = scheduled()
    rules.fall_silent()
    before = rules.device
    news = rules.received(Report(serial="X"), MONDAY_NOON + HOUR)
    assert news.more
    assert (before.silent, rules.device.silent) == (True, False)
    assert rules.device.estado == "inactivo"
    assert rules.device.last_seen == MONDAY_NOON + HOUR


def test_what_the_schedule_says_anyway_is_no_hold() -> None:
    rules = scheduled()
    rules.update(Update(on=False), MONDAY_NOON)
    assert rules.device.held is None
    rules.update(Update(on=True), MONDAY_NOON + 2 * HOUR)
    assert rules.device.held is None


def test_who_asks_for_what_is_already_shown_is_obeyed_all_the_same() -> None:
    rules = scheduled()
    rules.received(Report(serial="X", estado="activo"), MONDAY_NOON)
    rules.update(Update(on=True), MONDAY_NOON)
    assert rules.device.held is not None
    assert rules.device.held.on
    assert rules.device.pending is not None


@pytest.mark.parametrize("horarios", ["all 00:00-00:00", ""])
def test_a_hold_without_an_edge_lasts_for_a_day(horarios: str) -> None:
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
def test_what_ends_a_hold(update: Update, *, holds: bool) -> None:
    rules = scheduled()
    rules.update(Update(on=True), MONDAY_NOON)
    rules.update(update, MONDAY_NOON + timedelta(minutes=1))
    assert (rules.device.held is not None) is holds


def test_a_device_without_a_schedule_that_can_be_read_is_not_held() -> None:
    rules = claimed(modo="horario", horarios=3)
    rules.update(Update(on=True), MONDAY_NOON)
    assert rules.device.held is None
    assert rules.next_change(MONDAY_NOON) is None
    assert rules.decides(MONDAY_NOON) is False


def test_a_device_without_a_mode_decides_nothing() -> None:
    rules = claimed()
    assert rules.decides(MONDAY_NOON) is None
    assert rules.next_change(MONDAY_NOON) is None
    assert claimed(modo="manual").decides(MONDAY_NOON) is True


def test_a_command_is_shown_until_it_had_time_to_be_seen() -> None:
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


def test_a_configuration_that_is_older_than_ours_is_not_believed() -> None:
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


def test_a_device_that_never_asks_is_believed_in_the_end() -> None:
    rules = claimed(modo="manual", intervalo_envio=5)
    theirs = Report(serial="X", configuration={"modo": "horario"})
    for seconds, mode in ((0, "manual"), (14, "manual"), (15, "horario")):
        rules.received(theirs, MONDAY_NOON + timedelta(seconds=seconds))
        assert rules.device.configuration.document["modo"] == mode


def test_the_configuration_of_a_hold_does_not_outlive_it() -> None:
    rules = scheduled()
    rules.update(Update(on=True), MONDAY_NOON)
    during = Report(serial="X", configuration=dict(rules.device.served.document))
    assert during.configuration is not None
    rules.received(during, MONDAY_NOON + timedelta(minutes=1))
    rules.received(during, MONDAY_NOON + 2 * HOUR)  # the edge
    assert rules.device.held is None
    assert rules.device.configuration.document["modo"] == "horario"


def test_news_tell_what_has_changed() -> None:
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
def test_a_hold_never_outlives_the_edge(updates: list[tuple[int, Update]]) -> None:
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


# Two devices


type Message = tuple[float, str, float | None]


def hear(
    watch: SerialConflictDetector, messages: Sequence[Message]
) -> ConflictSign | None:
    """Let messages be received: when, which parameters, and the clock's offset."""
    for at, names, offset in messages:
        clock = None if offset is None else at + offset
        watch.received(at, dict.fromkeys(names) or None, clock)
    return watch.conflict


def verdicts(messages: Sequence[Message]) -> set[ConflictSign | None]:
    """Return what was ever thought of messages."""
    watch = SerialConflictDetector()
    return {hear(watch, [message]) for message in messages}


def test_one_device_is_not_odd() -> None:
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
    # A device that tells its battery now and then.
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
def test_two_devices_take_turns(messages: Sequence[Message], conflict: str) -> None:
    watch = SerialConflictDetector()
    assert hear(watch, messages) == conflict
    later = [(1000 + 10.0 * n, "ab", 0.0) for n in range(12)]
    assert hear(watch, later) is None


def test_a_verdict_is_news_once() -> None:
    watch = SerialConflictDetector()
    news = [
        watch.received(10.0 * n, {"ab" if n % 2 and n < 24 else "cd": 1}, None)
        for n in range(48)
    ]
    # After the first dozen it is odd, still so after the second, then no more.
    assert [n for n, changed in enumerate(news, 1) if changed] == [12, 36]


# Simulated devices


@pytest.mark.parametrize("prefix", DEVICE_TYPES)
def test_a_simulated_device_speaks_as_a_real_one(prefix: str) -> None:
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


async def test_simulated_devices_speak_at_their_interval() -> None:
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


async def test_an_event_is_written_once_and_only_for_those_who_want_it() -> None:
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


async def test_who_does_not_read_is_dropped_at_the_limit() -> None:
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


async def test_a_listener_wakes_at_once() -> None:
    listener = QueuedListener(Filter(), lambda: None)
    waiting = asyncio.create_task(listener.get())
    await asyncio.sleep(0)
    listener.put(b"1")
    listener.put(b"2")
    assert await waiting == b"data: 1\n\ndata: 2\n\n"
