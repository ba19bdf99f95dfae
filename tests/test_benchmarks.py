"""The rows that `scripts/bench --json` prints."""

import pytest

from benchmarks.figure import Figure


@pytest.mark.parametrize(
    ("is_ratio", "judged", "met"), [(True, "ratio", True), (False, "ours", False)]
)
def test_row_names_what_its_goal_is_for(
    is_ratio: bool,  # noqa: FBT001 - the value under test
    judged: str,
    met: bool,  # noqa: FBT001
) -> None:
    figure = Figure(
        name="x",
        ours=5.0,
        reference=10.0,
        unit="ms",
        ratio=0.5,
        goal=1.0,
        goal_is_ratio=is_ratio,
    )
    row = figure.as_dict()
    assert row["goal_for"] == judged
    assert row.keys() >= {"name", "ours", "reference", "unit", "ratio", "goal"}
    assert "goal_is_ratio" not in row
    assert figure.goal_met is met
