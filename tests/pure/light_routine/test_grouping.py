"""Rooms stand for lights only if they are exactly those."""

from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.light_routine.lights.grouping import addressed

LIGHTS = [f"light.{number}" for number in range(6)]
ROOMS = st.dictionaries(
    st.sampled_from(["light.a", "light.b", "light.c"]),
    st.sets(st.sampled_from(LIGHTS)),
)


def test_largest_room_comes_first_and_no_light_is_sent_to_twice() -> None:
    rooms = {"light.a": {"light.0", "light.1"}, "light.b": {"light.1", "light.2"}}
    home = {"light.home": {"light.0", "light.1", "light.2"}}
    assert addressed(LIGHTS[:3], rooms | home) == ["light.home"]
    assert addressed(LIGHTS[:3], rooms) == ["light.a", "light.2"]
    assert addressed(LIGHTS[:1], rooms) == ["light.0"]
    assert addressed(["light.0"], {"light.a": {"light.0"}, "light.b": set()}) == [
        "light.0"
    ]


@given(st.sets(st.sampled_from(LIGHTS)), ROOMS)
def test_rooms_and_lights_together_are_exactly_the_lights(
    lights: set[str], rooms: dict[str, set[str]]
) -> None:
    reached = [
        light for each in addressed(lights, rooms) for light in rooms.get(each, {each})
    ]
    assert sorted(reached) == sorted(lights)
