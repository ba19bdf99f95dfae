"""Options are the defaults until somebody chooses."""

from custom_components.jannenkoti.kinds.robocam import options as opt
from custom_components.jannenkoti.kinds.robocam.options import Options
from custom_components.jannenkoti.kinds.robocam.protocol import Position


def test_nothing_chosen() -> None:
    assert Options.parse({}) == Options(
        fps=10, stay_connected=False, step=10, park=Position(90, 90), followed=None
    )


def test_forms_answer_with_fractions() -> None:
    chosen = {opt.FPS: 2.5, opt.STEP: 20.0, opt.PARK_X: 0.0, opt.FOLLOWED: "person.a"}
    assert Options.parse(chosen) == Options(
        fps=2.5,
        stay_connected=False,
        step=20,
        park=Position(0, 90),
        followed="person.a",
    )
