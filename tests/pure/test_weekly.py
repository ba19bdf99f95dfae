"""Weekly windows: midnight, daylight saving, overlaps."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.lib.weekly import EVERY_DAY, Weekly, Window

HELSINKI = ZoneInfo("Europe/Helsinki")

times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
windows = st.builds(
    Window,
    start=times,
    end=times,
    days=st.frozensets(st.integers(min_value=0, max_value=6)),
)
weeklies = st.builds(
    Weekly,
    windows=st.lists(windows, max_size=3).map(tuple),
    zone=st.sampled_from(
        [HELSINKI, ZoneInfo("America/Santiago"), ZoneInfo("Australia/Lord_Howe"), UTC]
    ),
)
instants = st.datetimes(
    min_value=datetime(2024, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    max_value=datetime(2028, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def night(start: str = "22:30", end: str = "07:00", days: str = "0123456") -> Weekly:
    window = Window(
        start=time.fromisoformat(start),
        end=time.fromisoformat(end),
        days=frozenset(map(int, days)),
    )
    return Weekly(windows=(window,), zone=HELSINKI)


def local(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HELSINKI, fold=fold)


def test_window_across_midnight_belongs_to_the_day_it_starts_on() -> None:
    friday_only = night(days="4")
    assert friday_only.active(local("2026-07-11 06:59"))  # Saturday morning
    assert not friday_only.active(local("2026-07-11 07:00"))
    assert not friday_only.active(local("2026-07-10 06:59"))  # Friday morning
    assert not friday_only.active(local("2026-07-11 23:00"))


def test_window_includes_its_start_and_excludes_its_end() -> None:
    assert night().active(local("2026-07-10 22:30"))
    assert not night().active(local("2026-07-10 22:29:59"))
    assert not night().active(local("2026-07-10 07:00"))


def test_equal_times_are_no_window() -> None:
    never = night("12:00", "12:00")
    assert not never.active(local("2026-07-10 12:00"))
    assert never.next_change(local("2026-07-10 12:00")) is None


def test_window_over_the_spring_night_is_an_hour_shorter() -> None:
    span = night().active(local("2026-03-29 02:00"))
    assert span is not None
    assert span.end - span.start == timedelta(hours=7.5)
    assert span.end == local("2026-03-29 07:00")


def test_window_over_the_autumn_night_is_an_hour_longer() -> None:
    span = night().active(local("2026-10-25 02:00"))
    assert span is not None
    assert span.end - span.start == timedelta(hours=9.5)


def test_window_in_the_skipped_hour_of_spring_is_empty() -> None:
    assert not list(night("03:10", "03:10").spans(local("2026-03-28").date(), 3))
    assert not list(night("03:10", "03:50").spans(local("2026-03-29").date(), 1))
    (span,) = night("03:10", "04:05").spans(local("2026-03-29").date(), 1)
    assert span.end - span.start == timedelta(minutes=5)


def test_repeated_time_is_its_first_occurrence() -> None:
    weekly = night("03:30", "05:00")
    assert weekly.active(local("2026-10-25 03:30", fold=0))
    assert weekly.active(local("2026-10-25 03:10", fold=1))


def test_touching_windows_are_one() -> None:
    weekly = Weekly(
        windows=(
            Window(start=time(1), end=time(2)),
            Window(start=time(2), end=time(3)),
        ),
        zone=HELSINKI,
    )
    assert weekly.next_change(local("2026-07-10 01:30")) == local("2026-07-10 03:00")


def test_overlapping_windows_give_the_one_that_ends_last() -> None:
    short = Window(start=time(1), end=time(2))
    long = Window(start=time(0), end=time(3))
    for windows in ((short, long), (long, short)):
        span = Weekly(windows=windows, zone=HELSINKI).active(local("2026-07-10 01:30"))
        assert span is not None
        assert span.end == local("2026-07-10 03:00")


def test_window_of_one_day_recurs_after_a_week() -> None:
    friday_only = night("22:30", "23:00", days="4")
    change = friday_only.next_change(local("2026-07-10 23:30"))  # Friday
    assert change == local("2026-07-17 22:30")


def test_next_change_of_a_week_with_one_gap_is_that_gap() -> None:
    mornings = Window(start=time(0), end=time(12))
    evenings = Window(start=time(12), end=time(0), days=EVERY_DAY - {6})
    weekly = Weekly(windows=(mornings, evenings), zone=HELSINKI)
    change = weekly.next_change(local("2026-07-06 00:30"))  # Monday
    assert change == local("2026-07-12 12:00")


def test_moment_is_valid_until_its_change() -> None:
    moment = night().at(local("2026-07-10 12:00"))
    assert moment.holds(local("2026-07-10 22:29:59"))
    assert not moment.holds(local("2026-07-10 22:30"))
    never = night("12:00", "12:00").at(local("2026-07-10 12:00"))
    assert never.holds(local("2026-12-24 12:00"))


def test_week_open_throughout_has_no_change() -> None:
    weekly = Weekly(
        windows=(
            Window(start=time(0), end=time(12)),
            Window(start=time(12), end=time(0)),
        ),
        zone=UTC,
    )
    assert weekly.next_change(local("2026-07-10 01:30")) is None


def test_reading_a_schedule_is_cheap() -> None:
    noon = time(12)
    hours = [Window(start=time(0, minute), end=noon) for minute in range(60)]
    hours += [Window(start=noon, end=time(0, minute)) for minute in range(60)]
    looks = 0

    class Counted(Weekly):
        def _instant(self, day: date, at: time) -> datetime:
            nonlocal looks
            looks += 1
            return super()._instant(day, at)

    moment = Counted(windows=tuple(hours), zone=HELSINKI).at(local("2026-07-10 01:30"))
    assert moment.open
    assert moment.changes_at is None
    assert looks < 10_000


@given(weekly=weeklies, now=instants)
def test_schedule_is_constant_before_the_next_change(
    weekly: Weekly, now: datetime
) -> None:
    moment = weekly.at(now)
    assert (moment.open is None) is (weekly.active(now) is None)
    change = moment.changes_at
    if change is None:
        return
    assert change > now
    just_before = change - timedelta(seconds=1)
    if just_before > now:
        assert (weekly.active(just_before) is None) is (moment.open is None)
    assert (weekly.active(change) is None) is not (moment.open is None)


@given(weekly=weeklies, now=instants, later=st.integers(0, 700_000))
def test_moment_is_valid_while_the_schedule_is_constant(
    weekly: Weekly, now: datetime, later: int
) -> None:
    moment = weekly.at(now)
    then = now + timedelta(seconds=later)
    if moment.holds(then):
        assert (weekly.active(then) is None) is (moment.open is None)
    assert not moment.holds(now - timedelta(seconds=1))


@given(weekly=weeklies, now=instants)
def test_spans_start_on_their_weekdays(weekly: Weekly, now: datetime) -> None:
    first = now.astimezone(weekly.zone).date()
    for span in weekly.spans(first, 7):
        assert span.start < span.end
        assert span.end - span.start <= timedelta(hours=25)


def test_every_day_has_seven_weekdays() -> None:
    assert len(EVERY_DAY) == 7


def test_time_that_spring_skips_is_the_end_of_the_gap() -> None:
    zone = ZoneInfo("Europe/Helsinki")
    night = Weekly(windows=(Window(start=time(22), end=time(3, 30)),), zone=zone)
    (span,) = night.spans(date(2026, 3, 28), 1)
    # At 03:00 clocks show 04:00; it is not 04:30 that the sleep ends.
    assert span.end == datetime(2026, 3, 29, 1, tzinfo=UTC)
    morning = Weekly(windows=(Window(start=time(3, 30), end=time(8)),), zone=zone)
    (span,) = morning.spans(date(2026, 3, 29), 1)
    assert span.start == datetime(2026, 3, 29, 1, tzinfo=UTC)
