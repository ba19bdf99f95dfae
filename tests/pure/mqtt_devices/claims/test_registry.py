"""All devices of an entry: strangers, claims, ids, floods, logs; bounded throughout."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.mqtt_devices.claims import (
    registry as hub_module,
)
from custom_components.jannenkoti.kinds.mqtt_devices.claims.claim import Claim, Identity
from custom_components.jannenkoti.kinds.mqtt_devices.claims.registry import Heard, Hub
from custom_components.jannenkoti.kinds.mqtt_devices.claims.unclaimed import Strangers
from custom_components.jannenkoti.kinds.mqtt_devices.devices.device_types import (
    PROFILES,
    profile_of,
    quantity_of,
)
from custom_components.jannenkoti.kinds.mqtt_devices.devices.log import Log, rows_for
from custom_components.jannenkoti.kinds.mqtt_devices.devices.modes import Update
from custom_components.jannenkoti.kinds.mqtt_devices.options import (
    Options,
    is_command_topic,
    is_topic,
)
from custom_components.jannenkoti.kinds.mqtt_devices.wire.commands import CommandTopics
from custom_components.jannenkoti.kinds.mqtt_devices.wire.payload import Fault

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SERIAL = "TMP0A1B2C3D4"


def new_hub(**more: Any) -> Hub:
    """Return the rules of an entry."""
    return Hub(UTC, **{"per_minute": 1000, **more})


def say(
    hub: Hub, serial: str = SERIAL, at: datetime = NOW, **said: Any
) -> Heard | None:
    """Let a device speak."""
    return hub.receive(json.dumps({"serial_number": serial, **said}), at)


def test_a_stranger_is_metadata() -> None:
    hub = new_hub()
    first = say(hub, parametros={"a": 1}, estado="activo")
    assert first is not None
    assert first.is_new
    second = say(hub, at=NOW + timedelta(seconds=5))
    assert second is not None
    assert not second.is_new
    assert second.stranger is not None
    assert second.stranger.count == 2
    assert second.stranger.first_seen == NOW
    assert second.stranger.last_seen == NOW + timedelta(seconds=5)
    assert second.stranger.parameters == {"a": 1}
    assert second.stranger.prefix == "TMP0"
    assert hub.counts().strangers == 1


def test_strangers_are_few_and_grow_old() -> None:
    hub = new_hub(most_strangers=3)
    heard = [say(hub, f"X{n}", NOW + timedelta(hours=n)) for n in range(5)]
    assert [one and one.gone for one in heard] == [(), (), (), ("X0",), ("X1",)]
    assert [stranger.serial for stranger in hub.strangers] == ["X2", "X3", "X4"]
    assert hub.age_out(NOW + Strangers.AGE + timedelta(hours=3, seconds=1)) == [
        "X2",
        "X3",
    ]
    assert len(hub.as_json()) == 1


@given(st.lists(st.text(min_size=1, max_size=3), max_size=60))
def test_a_flood_of_serial_numbers_leaves_no_trace(serials: list[str]) -> None:
    hub = new_hub(most_strangers=5)
    for serial in serials:
        say(hub, serial)
    assert len(hub.strangers) <= 5
    assert len(hub._serials) <= 5


def test_an_id_is_the_same_in_every_life_and_nobody_elses() -> None:
    hub, other = new_hub(), new_hub()
    for serial in ("A", "B", SERIAL):
        say(hub, serial)
    say(other)
    mine = other.as_json()[0]["id"]
    assert mine in [one["id"] for one in hub.as_json()]
    assert hub.serial_of(str(mine)) == SERIAL
    hub.claim(Claim(serial=SERIAL))
    assert hub.one_as_json(SERIAL)["id"] == mine
    hub.unclaim(SERIAL)
    assert hub.serial_of(str(mine)) is None


def test_two_serials_with_one_checksum_have_two_ids(monkeypatch: Any) -> None:
    monkeypatch.setattr(hub_module, "crc32", lambda _serial: 7)
    hub = new_hub()
    say(hub, "A")
    say(hub, "B")
    assert [one["id"] for one in hub.as_json()] == [7, 8]
    # Who stays keeps his own, and who goes leaves none behind.
    hub.claim(Claim(serial="A"))
    hub.unclaim("A")
    say(hub, "B")
    assert (hub.serial_of("7"), hub.serial_of("8")) == (None, "B")
    assert hub.one_as_json("B")["id"] == 8
    say(hub, "C")
    assert hub.age_out(NOW + Strangers.AGE * 2) == ["B", "C"]
    assert not hub._serials


def test_floods_are_counted_and_hold_nobody_up() -> None:
    hub = new_hub(per_minute=3)
    hub.claim(Claim(serial=SERIAL))
    heard = [say(hub) is not None for _ in range(5)]
    assert heard == [True, True, True, False, False]
    assert say(hub, "other") is not None
    assert hub.floods == {SERIAL: 2}
    assert hub.counts().floods == 2
    for _ in range(5):
        say(hub, "other")
    assert set(hub.floods) == {SERIAL}
    assert hub.faults[Fault.FLOOD] == 5


def test_a_claim_takes_over_what_the_stranger_said() -> None:
    hub = new_hub()
    say(hub, estado="activo", parametros={"temperatura": 3})
    device = hub.claim(Claim(serial=SERIAL, identity=Identity(name="x"))).device
    assert (device.estado, device.parameters) == ("activo", {"temperatura": 3})
    assert not device.silent
    assert SERIAL not in hub.strangers
    # One that was only added by hand has not spoken.
    hub.add_stranger(Claim(serial="quiet"), NOW)
    assert hub.claim(Claim(serial="quiet")).device.silent


def test_a_claim_is_completed_by_what_was_said_of_the_stranger() -> None:
    hub = new_hub()
    offered = Identity(name="Pump", type="relay", model="R1", description="Cellar")
    hub.add_stranger(Claim(serial=SERIAL, identity=offered), NOW)
    assert hub.completed(Claim(serial=SERIAL)).identity == offered
    own = Identity(name="Fan", type="fan", model="F1", description="Attic")
    assert hub.completed(Claim(serial=SERIAL, identity=own)).identity == own
    unknown = Claim(serial="other")
    assert hub.completed(unknown) == unknown


def test_a_claim_with_too_much_configuration_has_none() -> None:
    claim = Claim(serial=SERIAL, configuration={"x": "y" * 9000})
    assert not new_hub().claim(claim).device.configuration.document


def test_all_is_remembered() -> None:
    hub = new_hub()
    known = hub.claim(Claim(serial=SERIAL, configuration={"modo": "horario"}))
    known.update(Update(configuration={"horarios": "mon 14:00-15:00"}), NOW)
    known.update(Update(on=True), NOW)
    assert known.device.held is not None
    for number in range(6):
        say(hub, at=NOW + timedelta(seconds=20 * number), parametros={"a": number})
    stored = json.loads(json.dumps([hub.settings(), hub.history()]))
    again = new_hub(settings=stored[0], history=stored[1])
    device = again.claim(Claim(serial=SERIAL)).device
    before = known.device
    assert device.silent
    assert device.held == before.held
    assert device.version == before.version
    assert device.parameters == {"a": 5}
    assert device.configuration == before.configuration
    assert device.last_seen == before.last_seen
    assert again.claimed[SERIAL].rhythm.interval == timedelta(seconds=20)
    assert [row.parameters for row in known.log][-1] == {"a": 5}
    assert again.claimed[SERIAL].log.page() == known.log.page()
    # What is not claimed again is forgotten.
    third = new_hub(settings=stored[0], history=stored[1])
    third.prune()
    assert third.claim(Claim(serial=SERIAL)).device.version == 1
    assert third.claimed[SERIAL].device.held is None


# The log


def test_logs_share_their_room() -> None:
    assert (rows_for(0), rows_for(100), rows_for(200)) == (200, 200, 100)
    assert rows_for(1_000_000) == 10
    log = Log(most=3)
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
    hub = new_hub()
    log = hub.claim(Claim(serial=SERIAL)).log
    for row in range(150):
        log.add(float(row), "activo", {})
    for number in range(199):
        hub.claim(Claim(serial=f"X{number}"))
    hub.share_log()
    assert len(log) == rows_for(200)


def test_what_is_no_message_is_counted() -> None:
    hub = new_hub()
    assert hub.receive("no message", NOW) is None
    assert hub.receive("{}", NOW) is None
    assert (hub.counts().refused, hub.counts().floods) == (2, 0)


@given(st.integers(-5, 50), st.integers(-5, 500), st.integers(0, 30))
def test_pages_are_whole(number: int, size: int, rows: int) -> None:
    log = Log()
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
    assert len(PROFILES) == 13
    assert profile_of("tmp0xyz").parameters == ("temperatura", "humedad")
    assert profile_of("??").name == "unknown"
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
    told: list[tuple[str, str]] = []
    commands = CommandTopics(
        lambda serial: f"a/{serial}", lambda *what: told.append(what)
    )
    known = new_hub().claim(Claim(serial="x"))
    commands.tell(known.device)
    commands.tell(known.device)
    assert told == [("a/x", '{"version":1,"configuracion":{}}')]
    known.update(Update(on=True), NOW)
    commands.tell(known.device)
    assert len(told) == 2
    commands.forget(known.device)
    assert told[-1] == ("a/x", "")
    commands.repeat(known.device)
    assert len(told) == 4
    told.pop()
    silent = CommandTopics(lambda _serial: None, lambda *what: told.append(what))
    silent.tell(known.device)
    silent.forget(known.device)
    assert len(told) == 3
