"""What is read of a bridge's resources and events, whatever they contain."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.hue_bridge.model import (
    Abilities,
    BridgeData,
    Light,
    together,
)
from custom_components.jannenkoti.kinds.hue_bridge.resources.inventory import (
    MOST_RESOURCES,
    Inventory,
)
from custom_components.jannenkoti.kinds.hue_bridge.resources.reader import read_light
from custom_components.jannenkoti.kinds.hue_bridge.wire.events import (
    LONGEST_LINE,
    Change,
    Event,
    EventParser,
    StreamTooLong,
)
from demo.fakes.hue_resources import initial_resources, made_id

FLOOR = made_id("light", "Floor lamp")
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from([FLOOR, "light", "device", "room"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "type",
                    "owner",
                    "on",
                    "dimming",
                    "color",
                    "color_temperature",
                    "mirek",
                    "xy",
                    "x",
                    "y",
                    "children",
                    "services",
                    "rid",
                    "rtype",
                    "metadata",
                    "name",
                    "status",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def read(resources: list[Any], *events: Event) -> BridgeData:
    inventory = Inventory()
    inventory.replace(each for each in resources if isinstance(each, dict))
    inventory.take(events)
    return inventory.read(BridgeData(connected=True))


def test_all_lamps_rooms_and_scenes_are_read() -> None:
    data = read(initial_resources())
    assert data.connected
    assert len(data.lamps) == 6
    assert {room.name: len(room.lamps) for room in data.rooms.values()} == {
        "Living room": 3,
        "Bedroom": 3,
        "Upstairs": 2,
    }
    assert [room.is_zone for room in data.rooms.values()] == [False, False, True]
    assert len(data.scenes) == 4
    floor = data.lamps[FLOOR]
    assert (floor.name, floor.room, floor.model_id) == (
        "Floor lamp",
        "Living room",
        "LCA001",
    )


def test_update_changes_only_what_it_names() -> None:
    update = {"id": FLOOR, "type": "light", "dimming": {"brightness": 12.5}}
    light = (
        read(initial_resources(), Event(Change.UPDATE, (update,))).lamps[FLOOR].light
    )
    assert (light.on, light.brightness, light.mirek) == (True, 12.5, 366)


def test_update_cannot_change_the_type_or_id() -> None:
    update = {"id": FLOOR, "type": "scene", "on": {"on": False}}
    data = read(initial_resources(), Event(Change.UPDATE, (update,)))
    assert data.lamps[FLOOR].light.on is False


def test_update_of_an_unknown_resource_is_left_out() -> None:
    update = {"id": "unknown", "type": "light", "on": {"on": True}}
    data = read(initial_resources(), Event(Change.UPDATE, (update,)))
    assert data == read(initial_resources())


def test_deleted_lamp_is_no_longer_in_its_room() -> None:
    gone = Event(Change.DELETE, ({"id": FLOOR, "type": "light"}, {"id": 1}, {}))
    data = read(initial_resources(), gone)
    assert FLOOR not in data.lamps
    assert all(FLOOR not in room.lamps for room in data.rooms.values())


def test_types_that_are_not_read_are_not_kept() -> None:
    inventory = Inventory()
    inventory.replace([{"id": "x", "type": "motion"}, {"id": "y"}, {"type": "light"}])
    assert inventory._all == {}


def test_number_of_resources_is_bounded() -> None:
    many = [{"id": f"{n}", "type": "light"} for n in range(MOST_RESOURCES + 10)]
    assert len(read(many).lamps) == MOST_RESOURCES


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"on": {"on": "yes"}}, Light(on=None, brightness=80.0)),
        ({"on": None}, Light(on=None, brightness=80.0)),
        ({"dimming": {"brightness": 250}}, Light(on=True, brightness=100.0)),
        ({"dimming": {"brightness": "x"}}, Light(on=True, brightness=None)),
        ({"dimming": {}}, Light(on=True, brightness=None)),
        ({"color_temperature": {"mirek": 5}}, Light(on=True, brightness=80.0)),
        ({"color": {"xy": {"x": 2, "y": 0.3}}}, Light(on=True, brightness=80.0)),
        ({"color": {"xy": {"x": 0.3, "y": 0}}}, Light(on=True, brightness=80.0)),
        ({"color": {}}, Light(on=True, brightness=80.0)),
    ],
)
def test_unreadable_field_does_not_lose_its_neighbors(
    changed: dict[str, Any], expected: Light
) -> None:
    light = read_light({"on": {"on": True}, "dimming": {"brightness": 80.0}, **changed})
    assert (light.on, light.brightness) == (expected.on, expected.brightness)
    assert (light.mirek, light.xy) == (None, None)


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"mirek_minimum": 153},
        {"mirek_minimum": 500, "mirek_maximum": 153},
        {"mirek_minimum": 0, "mirek_maximum": 500},
        {"mirek_minimum": 153, "mirek_maximum": 1e9},
    ],
)
def test_impossible_range_becomes_the_usual_one(schema: dict[str, Any]) -> None:
    light = read_light({"color_temperature": {"mirek_schema": schema}})
    assert light.abilities.mireks == (153, 500)


def test_color_temperature_of_a_lamp_that_shows_a_color_is_none() -> None:
    light = read_light({"color_temperature": {"mirek": 300, "mirek_valid": False}})
    assert light.mirek is None
    # Lamps of other brands do not say whether it is valid.
    assert read_light({"color_temperature": {"mirek": 300}}).mirek == 300


@pytest.mark.parametrize(
    "references",
    [None, 5, [None], [{}], [{"rid": 1, "rtype": "device"}], [{"rid": "x"}]],
)
def test_room_whose_lamps_cannot_be_read_is_left_out(references: object) -> None:
    resources = initial_resources()
    room = next(each for each in resources if each["type"] == "room")
    room["children"] = references
    names = {room.name for room in read(resources).rooms.values()}
    assert names == {"Bedroom", "Upstairs"}


def test_scene_without_a_known_room_is_left_out() -> None:
    resources = initial_resources()
    scenes = [each for each in resources if each["type"] == "scene"]
    scenes[0]["group"] = {"rid": "elsewhere", "rtype": "room"}
    scenes[1]["metadata"] = {"name": "x" * 200}
    assert len(read(resources).scenes) == 2


def test_room_shows_the_mean_of_the_lamps_that_are_on() -> None:
    dims = Abilities(dims=True)
    lights = [
        Light(on=True, brightness=20.0, mirek=200, abilities=dims),
        Light(on=True, brightness=60.0),
        Light(on=False, brightness=100.0, abilities=Abilities(mireks=(153, 454))),
        Light(on=False, abilities=Abilities(colors=True, mireks=(200, 500))),
    ]
    shown = together(lights)
    assert (shown.on, shown.brightness, shown.mirek) == (True, 40.0, 200)
    assert shown.abilities == Abilities(dims=True, colors=True, mireks=(153, 500))


def test_room_of_no_lamps_is_off() -> None:
    assert together([]) == Light(on=False)


@given(st.lists(JSON, max_size=6), st.lists(JSON, max_size=6))
def test_any_resources_and_events_can_be_read(
    resources: list[Any], changes: list[Any]
) -> None:
    events = [
        Event(change, tuple(each for each in changes if isinstance(each, dict)))
        for change in Change
    ]
    read([*initial_resources(), *resources], *events)


def test_events_are_read_whatever_the_pieces_they_come_in() -> None:
    data = [{"id": FLOOR, "type": "light"}]
    text = (
        f": hi\n\nid: 1:0\ndata: {json.dumps([{'type': 'update', 'data': data}])}\n\n"
    )
    parser = EventParser()
    found = [event for byte in text.encode() for event in parser.feed(bytes([byte]))]
    assert found == [Event(Change.UPDATE, tuple(data))]


@pytest.mark.parametrize(
    "line",
    [
        b"data: {}",
        b"data: [1]",
        b'data: [{"type": "error"}]',
        b"data: [",
        b"data:",
        b"data: " + b"[" * 100_000,
        b"event: x",
        b"\xff\xfe",
    ],
)
def test_what_is_no_event_is_left_out(line: bytes) -> None:
    assert EventParser().feed(line + b"\n") == []


def test_event_without_resources_is_empty() -> None:
    line = b'data: [{"type": "add", "data": 1}, {"type": "add", "data": [1, {}]}]\n'
    assert EventParser().feed(line) == [
        Event(Change.ADD, ()),
        Event(Change.ADD, ({},)),
    ]


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_line_that_is_too_long_ends_the_stream(end: bytes) -> None:
    with pytest.raises(StreamTooLong):
        EventParser().feed(b"x" * (LONGEST_LINE + 1) + end)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_left_out(data: bytes) -> None:
    EventParser().feed(data)
