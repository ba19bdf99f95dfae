"""Agreement between readings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.lib.quorum import Doubt, Quorum, agree

readings = st.dictionaries(
    st.text(min_size=1, max_size=3),
    st.floats(min_value=-40, max_value=60) | st.sampled_from(Doubt),
    max_size=9,
)
tolerances = st.floats(min_value=0, max_value=10)


@pytest.mark.parametrize(
    ("said", "value", "trusted"),
    [
        ({"a": 20.0, "b": 22.0}, 21.0, ("a", "b")),
        ({"a": 20.0, "b": 30.0}, 20.0, ("a",)),
        ({"b": 30.0, "a": 20.0}, 30.0, ("b",)),
        ({"a": 35.0, "b": 20.0, "c": 21.0}, 20.5, ("b", "c")),
        ({"a": 10.0, "b": 20.0, "c": 30.0}, 10.0, ("a",)),
        ({"a": Doubt.SILENT, "b": 20.0}, 20.0, ("b",)),
        ({"a": Doubt.SILENT}, None, ()),
        ({}, None, ()),
        ({"a": 20.0, "b": 20.0, "c": 30.0, "d": 30.0}, 20.0, ("a", "b")),
        # Half of them is no majority.
        ({"a": 0.0, "b": 20.0, "c": 21.0, "d": 40.0}, 0.0, ("a",)),
    ],
)
def test_majority_within_the_tolerance_is_trusted(
    said: dict[str, float | Doubt], value: float | None, trusted: tuple[str, ...]
) -> None:
    quorum = agree(said, tolerance=3.0)
    assert quorum.value == value
    assert quorum.trusted == trusted
    assert set(quorum.doubted) == set(said) - set(trusted)


@given(said=readings, tolerance=tolerances)
def test_every_source_is_trusted_or_doubted_with_a_reason(
    said: dict[str, float | Doubt], tolerance: float
) -> None:
    quorum = agree(said, tolerance)
    assert set(quorum.trusted) | set(quorum.doubted) == set(said)
    assert not set(quorum.trusted) & set(quorum.doubted)
    values = [v for v in said.values() if not isinstance(v, Doubt)]
    assert (quorum.value is None) is (not values)
    if quorum.value is not None:
        trusted = [v for v in map(said.get, quorum.trusted) if isinstance(v, float)]
        assert min(trusted) - 1e-9 <= quorum.value <= max(trusted) + 1e-9
        assert max(trusted) - min(trusted) <= 2 * tolerance + 1e-9


@given(
    good=st.lists(st.floats(min_value=20, max_value=21), min_size=2, max_size=8),
    bad=st.floats(min_value=-40, max_value=60),
)
def test_one_outlier_among_three_changes_nothing(good: list[float], bad: float) -> None:
    said: dict[str, float | Doubt] = {"liar": bad}
    said |= {f"s{n}": value for n, value in enumerate(good)}
    quorum = agree(said, tolerance=2.0)
    assert quorum.value is not None
    if abs(bad - 20.5) > 3:
        assert quorum == Quorum(
            value=quorum.value,
            trusted=tuple(said)[1:],
            doubted={"liar": Doubt.DISAGREES},
        )
    assert 17 <= quorum.value <= 24
