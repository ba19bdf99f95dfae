"""The guard, G-code, its history and its queue."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.printer.control import commands
from custom_components.jannenkoti.kinds.printer.control.commands import Command, Need
from custom_components.jannenkoti.kinds.printer.control.gcode import (
    LONGEST_TEXT,
    MOST_LINES,
    InvalidGcode,
    parse,
)
from custom_components.jannenkoti.kinds.printer.control.guard import Refused, check
from custom_components.jannenkoti.kinds.printer.control.history import (
    MOST,
    History,
    Sent,
)
from custom_components.jannenkoti.kinds.printer.control.queue import (
    MOST as MOST_WAITING,
)
from custom_components.jannenkoti.kinds.printer.control.queue import (
    Item,
    ItemState,
    Queue,
    QueueFull,
)
from custom_components.jannenkoti.kinds.printer.job.status import (
    JobState,
    PrinterStatus,
)
from custom_components.jannenkoti.kinds.printer.model import LinkState, PrinterData
from custom_components.jannenkoti.lib.stored import Stored

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
J = JobState
COMMANDS = (
    commands.PAUSE,
    commands.RESUME,
    commands.STOP,
    commands.HOME,
    commands.gcode("M106 S255"),
    commands.speed(2),
    commands.nozzle_temperature(200),
    commands.bed_temperature(60),
    commands.light(on=True),
)
ALLOWED = {
    "pause": {J.RUNNING, J.PREPARING},
    "resume": {J.PAUSED},
    "stop": {J.RUNNING, J.PREPARING, J.SLICING, J.PAUSED},
    "home": {J.IDLE, J.FINISHED, J.FAILED},
    "gcode": {J.IDLE, J.FINISHED, J.FAILED},
    "print_speed": {J.RUNNING, J.PREPARING, J.SLICING, J.PAUSED},
    "nozzle_temperature": set(J),
    "bed_temperature": set(J),
    "light": set(J),
}


def data(
    state: JobState, link: LinkState = LinkState.CONNECTED, *, signed: bool = False
) -> PrinterData:
    status = PrinterStatus(job_state=state, needs_signature=signed)
    return PrinterData(link=link, status=status)


def is_allowed(command: Command, state: PrinterData, *, force: bool = False) -> bool:
    try:
        check(command, state, force=force)
    except Refused:
        return False
    return True


@pytest.mark.parametrize("command", COMMANDS, ids=lambda each: each.name)
def test_command_is_allowed_in_these_states_only(command: Command) -> None:
    allowed = {state for state in J if is_allowed(command, data(state))}
    assert allowed == ALLOWED[command.name]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda each: each.name)
def test_force_allows_moves_and_gcode_and_nothing_else(command: Command) -> None:
    allowed = {state for state in J if is_allowed(command, data(state), force=True)}
    free = command.need is Need.NO_JOB
    assert allowed == (set(J) if free else ALLOWED[command.name])


@pytest.mark.parametrize(
    ("link", "command", "force"),
    product(
        (LinkState.OFF, LinkState.LOST, LinkState.CONNECTING), COMMANDS, (True, False)
    ),
)
def test_nothing_is_allowed_without_a_connection(
    *, link: LinkState, command: Command, force: bool
) -> None:
    for state in J:
        with pytest.raises(Refused) as refused:
            check(command, data(state, link), force=force)
        assert refused.value.key == "printer_unreachable"


def test_signed_firmware_lets_only_the_light_through() -> None:
    for command in COMMANDS:
        allowed = any(is_allowed(command, data(s, signed=True), force=True) for s in J)
        assert allowed is (command.name == "light")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("G28", ("G28",)),
        ("g28 ; home\r\n\r\n;only a comment\n M106 S255 ", ("g28", "M106 S255")),
        ("M117 Hello\tworld", ("M117 Hello world",)),
        ("G1 X1.5 Y-2\nT1000", ("G1 X1.5 Y-2", "T1000")),
        ("G38.2 Z-10", ("G38.2 Z-10",)),
        ("G28;ä is a comment", ("G28",)),
        ("g1x10y-2.5f3000", ("g1x10y-2.5f3000",)),
        ("N1 G28*18\n\tM112", ("N1 G28*18", "M112")),
    ],
)
def test_gcode_is_split_into_its_lines(text: str, lines: tuple[str, ...]) -> None:
    assert parse(text) == lines


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ("", "printer_gcode_empty", 0),
        (" \n;x\n", "printer_gcode_empty", 0),
        ("G28\nM106\x00", "printer_gcode_invalid", 2),
        ("G28\x1b[0m", "printer_gcode_invalid", 1),
        ("G28\rM112", "printer_gcode_invalid", 1),
        ("G28\x85M112", "printer_gcode_invalid", 1),
        ("M117 ä", "printer_gcode_invalid", 1),
        ("hello", "printer_gcode_invalid", 1),
        ("SET_LED RED=1", "printer_gcode_invalid", 1),
        ("G12345", "printer_gcode_invalid", 1),
        ("G1.", "printer_gcode_invalid", 1),
        ("M117\u00a0x", "printer_gcode_invalid", 1),
        ("\uff2728", "printer_gcode_invalid", 1),
        ('{"print": {}}', "printer_gcode_invalid", 1),
        ("M117 " + "x" * 200, "printer_gcode_invalid", 1),
        ("G28\n" * 10_000, "printer_gcode_too_long", 0),
        ("G28" + " " * LONGEST_TEXT, "printer_gcode_too_long", 0),
        ("\n".join(["G28"] * (MOST_LINES + 1)), "printer_gcode_too_long", 0),
    ],
)
def test_gcode_that_cannot_be_sent_names_its_line(
    text: str, key: str, line: int
) -> None:
    with pytest.raises(InvalidGcode) as refused:
        parse(text)
    assert (refused.value.key, refused.value.line) == (key, line)


@given(text=st.text(), named=st.booleans())
def test_any_text_is_gcode_or_refused(text: str, *, named: bool) -> None:
    try:
        lines = parse(text, named=named)
    except InvalidGcode:
        return
    assert lines
    assert all(line.isascii() and line.isprintable() for line in lines)
    assert all("\n" not in line and ";" not in line for line in lines)


def sent(gcode: str, minute: int = 0, **other: str) -> Sent:
    at = NOW + timedelta(minutes=minute)
    return Sent(gcode=gcode, at=at, who="u", result=other.get("result", "success"))


def test_history_has_each_command_once_the_latest_first() -> None:
    history = History()
    for minute, gcode in enumerate(("G28", "M106", "G28")):
        history.add(sent(gcode, minute))
    first, second = history.sent
    assert (first.gcode, first.count, first.at) == (
        "G28",
        2,
        NOW + timedelta(minutes=2),
    )
    assert second.gcode == "M106"


def test_history_is_bounded_and_survives_a_restart() -> None:
    history = History()
    for number in range(MOST + 10):
        history.add(sent(f"M{number}" + "x" * 10_000))
    assert len(history.sent) == MOST
    stored = [Stored(entry) for entry in history.as_list()]
    assert History.parse(stored).sent == history.sent
    assert History.parse([Stored({"gcode": 1}), Stored(None)]).sent == ()


def item(item_id: str, state: ItemState = ItemState.WAITING) -> Item:
    return Item(id=item_id, lines=("G28", "M106"), at=NOW, who=None, state=state)


def test_queue_accepts_an_id_once() -> None:
    queue = Queue()
    first = queue.add(item("a"))
    assert queue.add(item("a")) is first
    queue.update(item("a", ItemState.DONE))
    assert queue.add(item("a")).state is ItemState.DONE
    assert queue.next() is None
    found = queue.find("a")
    assert found is not None
    assert found.state is ItemState.DONE


def test_queue_is_bounded_and_can_be_cleared() -> None:
    queue = Queue()
    for number in range(MOST_WAITING):
        queue.add(item(str(number)))
    with pytest.raises(QueueFull):
        queue.add(item("one more"))
    assert queue.waiting == MOST_WAITING
    assert queue.clear() == MOST_WAITING
    assert queue.waiting == 0


def test_item_is_dropped_only_while_it_waits() -> None:
    queue = Queue([item("a"), item("b", ItemState.DONE)])
    for item_id in ("a", "b", "c"):
        queue.drop(item_id)
    assert [each.id for each in queue.items] == ["b"]


def test_finished_items_are_forgotten_after_some_time() -> None:
    queue = Queue()
    for number in range(200):
        queue.update(item(str(number), ItemState.DONE))
    queue.add(item("waits"))
    queue.update(item("200", ItemState.FAILED))
    assert len(queue.items) == 51
    assert queue.next() == item("waits")


def test_item_that_was_being_sent_is_not_sent_again_after_a_restart() -> None:
    queue = Queue([item("a", ItemState.SENDING), item("b")])
    stored = [Stored(each) for each in queue.as_list()]
    again = Queue.parse([*stored, Stored({"id": "c"}), Stored([])])
    assert [each.state for each in again.items] == [
        ItemState.INTERRUPTED,
        ItemState.WAITING,
    ]
    assert again.next() == item("b")
