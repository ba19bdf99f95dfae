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
from custom_components.jannenkoti.kinds.mqtt_devices.claims.registry import Heard, Hub
from custom_components.jannenkoti.kinds.mqtt_devices.devices.device_types import (
    PROFILES,
)
from custom_components.jannenkoti.kinds.mqtt_devices.devices.modes import Update, as_on
from custom_components.jannenkoti.kinds.mqtt_devices.devices.serial_conflict import (
    WINDOW,
    Oddity,
    Watch,
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
        Claimed,
    )

MONDAY_NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def claimed(serial: str = "X", **configuration: Any) -> Claimed:
    """Return the rules of a device."""
    hub = Hub(UTC, per_minute=1000)
    return hub.claim(Claim(serial=serial, configuration=configuration))


def scheduled() -> Claimed:
    """Return a device that is on from two to three on Mondays."""
    known = claimed(modo="horario", horarios="mon 14:00-15:00")
    known.heard(Report(serial="X", estado="inactivo"), MONDAY_NOON)
    return known


def test_a_hold_lasts_until_the_edge() -> None:
    known = scheduled()
    assert known.decides(MONDAY_NOON) is False
    known.update(Update(on=True), MONDAY_NOON)
    held = known.device.held
    assert held is not None
    assert held.hold.until == MONDAY_NOON + 2 * HOUR
    assert known.next_change(MONDAY_NOON) == held.hold.until
    assert known.decides(MONDAY_NOON) is True
    version = known.device.version
    assert not known.tick(MONDAY_NOON + HOUR)
    assert known.tick(held.hold.until)
    assert known.device.version == version + 1
    assert known.next_change(held.hold.until) == MONDAY_NOON + 3 * HOUR


def test_a_device_that_tells_what_it_does_during_a_hold_does_not_end_it() -> None:
    known = scheduled()
    known.update(Update(on=True), MONDAY_NOON)
    before = known.device
    served = before.served.document
    assert served != before.configuration.document
    known.update(Update(configuration={**served, "encendido": False}), MONDAY_NOON)
    assert known.device == before
    known.update(Update(configuration={**served, "more": 1}), MONDAY_NOON)
    assert known.device.held is None


def test_a_device_that_repeats_its_configuration_is_not_switched() -> None:
    known = claimed(modo="manual", encendido=True)
    known.heard(Report(serial="X", estado="activo"), MONDAY_NOON)
    document = known.device.configuration.document
    off = {**document, "encendido": False}
    known.update(Update(configuration=off, estado="inactivo"), MONDAY_NOON)
    assert known.device.pending is None
    known.update(Update(configuration={"encendido": True, "more": 1}), MONDAY_NOON)
    assert known.device.pending is not None


def test_a_schedule_decides_what_no_hold_does() -> None:
    known = scheduled()
    hours = [known.decides(MONDAY_NOON + n * HOUR) for n in range(4)]
    assert hours == [False, False, True, False]


def test_what_is_not_said_stays_as_it_was() -> None:
    known = claimed()
    every = Update(name="Pump", type="relay", model="R1", description="Cellar")
    known.update(every, MONDAY_NOON)
    before = known.device.identity
    assert before == Identity(
        name="Pump", type="relay", model="R1", description="Cellar"
    )
    for update, after in (
        (Update(name="x"), replace(before, name="x")),
        (Update(type="x"), replace(before, type="x")),
        (Update(model="x"), replace(before, model="x")),
        (Update(description=""), replace(before, description="")),
    ):
        known.update(update, MONDAY_NOON)
        assert known.device.identity == after
        known.rename(before)
    assert known.device.parameters == {}
    known.update(Update(parameters={"a": 1}), MONDAY_NOON)
    known.update(Update(name="x"), MONDAY_NOON)
    assert known.device.parameters == {"a": 1}
    assert [row.parameters for row in known.log][-1] == {"a": 1}


def test_in_manual_mode_nothing_is_held() -> None:
    known = claimed(modo="manual", horarios="mon 14:00-15:00")
    known.update(Update(on=True), MONDAY_NOON)
    assert known.device.on
    assert known.device.held is None


def test_a_version_is_acknowledged_until_another_is() -> None:
    known = claimed()
    for version, acknowledged in ((3, 3), (None, 3), (4, 4)):
        known.heard(Report(serial="X", version=version), MONDAY_NOON)
        assert known.device.acknowledged == acknowledged


def test_who_speaks_is_silent_no_more() -> None:
    known = scheduled()
    known.fall_silent()
    before = known.device
    news = known.heard(Report(serial="X"), MONDAY_NOON + HOUR)
    assert news.more
    assert (before.silent, known.device.silent) == (True, False)
    assert known.device.estado == "inactivo"
    assert known.device.last_seen == MONDAY_NOON + HOUR


def test_what_the_schedule_says_anyway_is_no_hold() -> None:
    known = scheduled()
    known.update(Update(on=False), MONDAY_NOON)
    assert known.device.held is None
    known.update(Update(on=True), MONDAY_NOON + 2 * HOUR)
    assert known.device.held is None


def test_who_asks_for_what_is_already_shown_is_obeyed_all_the_same() -> None:
    known = scheduled()
    known.heard(Report(serial="X", estado="activo"), MONDAY_NOON)
    known.update(Update(on=True), MONDAY_NOON)
    assert known.device.held is not None
    assert known.device.held.on
    assert known.device.pending is not None


@pytest.mark.parametrize("horarios", ["all 00:00-00:00", ""])
def test_a_hold_without_an_edge_lasts_for_a_day(horarios: str) -> None:
    known = claimed(modo="horario", horarios=horarios)
    known.update(Update(on=not horarios), MONDAY_NOON)
    assert known.device.held is not None
    assert known.device.held.hold.until == MONDAY_NOON + timedelta(days=1)
    assert known.next_change(MONDAY_NOON) == MONDAY_NOON + timedelta(days=1)


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
    known = scheduled()
    known.update(Update(on=True), MONDAY_NOON)
    known.update(update, MONDAY_NOON + timedelta(minutes=1))
    assert (known.device.held is not None) is holds


def test_a_device_without_a_schedule_that_can_be_read_is_not_held() -> None:
    known = claimed(modo="horario", horarios=3)
    known.update(Update(on=True), MONDAY_NOON)
    assert known.device.held is None
    assert known.next_change(MONDAY_NOON) is None
    assert known.decides(MONDAY_NOON) is False


def test_a_device_without_a_mode_decides_nothing() -> None:
    known = claimed()
    assert known.decides(MONDAY_NOON) is None
    assert known.next_change(MONDAY_NOON) is None
    assert claimed(modo="manual").decides(MONDAY_NOON) is True


def test_a_command_is_shown_until_it_had_time_to_be_seen() -> None:
    known = claimed(modo="manual", intervalo_envio=20)
    on = Report(serial="X", estado="activo")
    known.heard(on, MONDAY_NOON)
    known.update(Update(on=False), MONDAY_NOON)
    known.heard(on, MONDAY_NOON + timedelta(seconds=29))
    assert (known.device.on, known.device.estado) == (False, "activo")
    known.heard(on, MONDAY_NOON + timedelta(seconds=31))
    assert (known.device.on, known.device.estado) == (True, "activo")
    known.update(Update(on=False), MONDAY_NOON)
    known.heard(Report(serial="X", estado="inactivo"), MONDAY_NOON)
    assert known.device.pending is None


def test_a_configuration_that_is_older_than_ours_is_not_believed() -> None:
    known = claimed()
    theirs = Report(serial="X", configuration={"modo": "horario"})
    known.update(Update.of({"configuracion": {"modo": "manual"}}), MONDAY_NOON)
    known.heard(theirs, MONDAY_NOON + timedelta(minutes=5))  # it slept, then asked
    assert known.device.configuration.document == {"modo": "manual"}
    obeyed = Report(serial="X", configuration={"modo": "manual"})
    known.heard(obeyed, MONDAY_NOON + timedelta(minutes=5, seconds=10))
    news = known.heard(theirs, MONDAY_NOON + timedelta(minutes=5, seconds=11))
    assert news.more
    assert known.device.configuration.document == {"modo": "horario"}
    huge = Report(serial="X", configuration={"x": "y" * 9000})
    known.heard(huge, MONDAY_NOON + timedelta(minutes=6))
    assert known.device.configuration.document == {"modo": "horario"}


def test_a_device_that_never_asks_is_believed_in_the_end() -> None:
    known = claimed(modo="manual", intervalo_envio=5)
    theirs = Report(serial="X", configuration={"modo": "horario"})
    for seconds, mode in ((0, "manual"), (14, "manual"), (15, "horario")):
        known.heard(theirs, MONDAY_NOON + timedelta(seconds=seconds))
        assert known.device.configuration.document["modo"] == mode


def test_the_configuration_of_a_hold_does_not_outlive_it() -> None:
    known = scheduled()
    known.update(Update(on=True), MONDAY_NOON)
    during = Report(serial="X", configuration=dict(known.device.served.document))
    assert during.configuration is not None
    known.heard(during, MONDAY_NOON + timedelta(minutes=1))
    known.heard(during, MONDAY_NOON + 2 * HOUR)  # the edge
    assert known.device.held is None
    assert known.device.configuration.document["modo"] == "horario"


def test_news_tell_what_has_changed() -> None:
    known = claimed()
    said = [
        known.heard(Report(serial="X", parameters=parameters), MONDAY_NOON)
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
    known = scheduled()
    for seconds, update in sorted(updates, key=lambda one: one[0]):
        now = MONDAY_NOON + timedelta(seconds=seconds)
        known.tick(now)
        before = known.device.version
        known.update(update, now)
        held, moment = known.device.held, known.moment(now)
        assert known.device.version >= before
        assert moment is not None
        if held is not None:
            assert held.hold.until == moment.changes_at
            assert held.on is not (moment.open is not None)
            assert known.device.on is held.on


# Two devices


type Message = tuple[float, str, float | None]


def hear(watch: Watch, messages: Sequence[Message]) -> Oddity | None:
    """Let messages be heard: when, which parameters, and the clock's offset."""
    for at, names, offset in messages:
        clock = None if offset is None else at + offset
        watch.heard(at, dict.fromkeys(names) or None, clock)
    return watch.oddity


def verdicts(messages: Sequence[Message]) -> set[Oddity | None]:
    """Return what was ever thought of messages."""
    watch = Watch()
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
    ("messages", "oddity"),
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
def test_two_devices_take_turns(messages: Sequence[Message], oddity: str) -> None:
    watch = Watch()
    assert hear(watch, messages) == oddity
    later = [(1000 + 10.0 * n, "ab", 0.0) for n in range(12)]
    assert hear(watch, later) is None


def test_a_verdict_is_news_once() -> None:
    watch = Watch()
    news = [
        watch.heard(10.0 * n, {"ab" if n % 2 and n < 24 else "cd": 1}, None)
        for n in range(48)
    ]
    # After the first dozen it is odd, still so after the second, then no more.
    assert [n for n, changed in enumerate(news, 1) if changed] == [12, 36]


# Simulated devices


@pytest.mark.parametrize("prefix", PROFILES)
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
    hub = Hub(UTC, per_minute=1000)
    heard: list[Heard | None] = []
    simulation = Simulation(hub, heard.append, lambda: MONDAY_NOON)
    known = hub.claim(Claim(serial="LGT0SIM00000", configuration={"modo": "manual"}))
    simulation.start(known)
    assert len(heard) == 1
    simulation.obey(known)
    assert len(heard) == 1
    known.update(Update(on=False), MONDAY_NOON)
    simulation.obey(known)
    assert as_on(known.device.estado) is False
    assert known.device.pending is None
    assert len(heard) == 2
    simulation.stop_all()
    simulation.stop("unknown")
    simulation.obey(known)
    assert len(heard) == 2


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
