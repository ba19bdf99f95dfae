"""Recent keys of readings."""

from custom_components.jannenkoti.kinds.tlink.push.deduplication import (
    DeduplicationWindow,
)


def test_recent_keys_are_in_the_window_and_it_is_bounded() -> None:
    recent = DeduplicationWindow(most=10)
    for number in range(1000):
        recent.add(str(number))
        assert str(number) in recent
        assert str(max(number - 4, 0)) in recent
        assert len(recent) <= 10
    recent.discard("999")
    assert "999" not in recent
