"""Options have defaults, and are converted from the form."""

from custom_components.jannenkoti.kinds.robocam import options as opt
from custom_components.jannenkoti.kinds.robocam.model import Limits, Position
from custom_components.jannenkoti.kinds.robocam.options import Options


def test_empty_options_are_the_defaults() -> None:
    assert Options.parse({}) == Options(
        frames_per_second=10,
        stay_connected=False,
        step=10,
        mirror=True,
        park=Position(90, 90),
        privacy_entity=None,
        frame_buffers=2,
        video=False,
    )


def test_options_from_a_form_are_converted() -> None:
    chosen = {
        opt.FPS: 2.5,
        opt.STEP: 20.0,
        opt.MIRROR: False,
        opt.FRAME_BUFFERS: 0.0,
        opt.PARK_X: 0.0,
        opt.PRIVACY_ENTITY: "person.a",
        opt.VIDEO: True,
    }
    assert Options.parse(chosen) == Options(
        frames_per_second=2.5,
        stay_connected=False,
        step=20,
        mirror=False,
        park=Position(0, 90),
        privacy_entity="person.a",
        frame_buffers=0,
        video=True,
    )


def test_mirror_exchanges_left_and_right_within_the_limits() -> None:
    limits = Limits(10, 150, 0, 90)
    mirrored, plain = Options.parse({}), Options.parse({opt.MIRROR: False})
    assert [mirrored.pan(x, limits) for x in (10, 80, 150)] == [150, 80, 10]
    assert [plain.pan(x, limits) for x in (10, 80, 150)] == [10, 80, 150]
