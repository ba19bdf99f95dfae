"""The pictures of the docs: one command takes all of them, and pages show them."""

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageSequence

from demo.kinds.heating import Demo as Heating
from demo.physics import Clock
from demo.pictures import file_names
from demo.pictures.history import stretch
from demo.zones import HELSINKI, place_in, zone_where

from .source import REPOSITORY
from .test_docs import PAGES

if TYPE_CHECKING:
    from pathlib import Path

IMAGES = REPOSITORY / "docs" / "images"
TOUR = IMAGES / "tour.webp"
_IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")
_MOST_BYTES = 1_500_000
_SHORTEST, _LONGEST = 15, 26  # s
_COLORS = 256
# Pages that only developers and administrators of old servers read.
_WITHOUT_PICTURE = {"architecture", "failure-modes", "glossary", "old-apps", "security"}


@cache
def shown() -> dict[Path, str]:
    """Return the pictures of the repository that pages show, with their texts."""
    return {
        (page.parent / address).resolve(): text
        for page in PAGES
        for text, address in _IMAGE.findall(page.read_text(encoding="utf-8"))
        if not address.startswith("https://")
    }


def test_command_writes_exactly_the_pictures_of_the_folder() -> None:
    assert {path.name for path in IMAGES.iterdir()} == file_names()


def test_every_picture_of_the_folder_is_shown_by_a_page() -> None:
    assert {path.name for path in IMAGES.iterdir()} == {path.name for path in shown()}


def test_every_picture_has_a_text_for_readers_who_do_not_see_it() -> None:
    assert len(shown()) > 20
    short = [path.name for path, text in shown().items() if len(text.split()) < 4]
    assert short == []


def test_every_page_for_users_shows_a_picture() -> None:
    docs = REPOSITORY / "docs"
    pages = {page for page in docs.glob("*.md") if "-details" not in page.stem}
    without = {
        page.stem for page in pages if "](images/" not in page.read_text("utf-8")
    }
    assert without == _WITHOUT_PICTURE


@pytest.mark.parametrize("name", sorted(file_names() - {TOUR.name}))
def test_picture_has_few_colors_and_a_readable_size(name: str) -> None:
    with Image.open(IMAGES / name) as picture:
        colors = picture.getcolors(_COLORS)
        assert picture.format == "PNG"
        assert min(picture.size) >= 100
        # A page that did not load has hardly any.
        assert colors is not None
        assert len(colors) > 20


def test_tour_is_animated_small_and_neither_hasty_nor_long() -> None:
    assert TOUR.stat().st_size <= _MOST_BYTES
    with Image.open(TOUR) as tour:
        durations = []
        for frame in ImageSequence.Iterator(tour):
            frame.load()
            durations.append(frame.info["duration"])
        assert tour.info["loop"] == 0  # it repeats
    assert len(durations) >= 12
    assert _SHORTEST <= sum(durations) / 1000 <= _LONGEST


@given(
    now=st.datetimes(timezones=st.just(UTC), min_value=datetime(2000, 1, 1)),  # noqa: DTZ001
    hour=st.integers(0, 23),
)
def test_pictures_are_taken_where_it_is_the_wanted_hour(
    now: datetime, hour: int
) -> None:
    zone = zone_where(hour, now)
    local = now.astimezone(zone)
    assert local.hour == hour
    latitude, longitude = place_in(zone, now)
    assert latitude == 0
    assert local.utcoffset() == timedelta(hours=longitude / 15)


def test_usual_house_is_in_helsinki() -> None:
    assert place_in(HELSINKI, datetime(2026, 7, 1, tzinfo=UTC)) == (60.17, 24.94)


def test_clock_that_slows_down_keeps_its_time() -> None:
    now = 0.0
    clock = Clock(60, lambda: now)
    now = 10.0
    clock.run_at(1)
    assert clock.elapsed() == 600
    now = 15.0
    assert clock.elapsed() == 605
    assert clock.real(60) == 60


def test_history_of_the_fast_time_is_stretched_and_the_rest_stays(
    tmp_path: Path,
) -> None:
    database = tmp_path / "history.db"
    columns = "last_updated_ts, last_changed_ts, last_reported_ts"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(f"CREATE TABLE states ({columns})")
        rows = [(940.0, None, 970.0), (1001.0, 1001.0, 1001.0)]
        connection.executemany("INSERT INTO states VALUES (?, ?, ?)", rows)
        connection.commit()
    stretch(database, 60, 1000.0)
    with closing(sqlite3.connect(database)) as connection:
        found = connection.execute("SELECT * FROM states").fetchall()
    # A minute before is an hour before; what was unknown stays so.
    assert found == [(-2600.0, None, -800.0), (1001.0, 1001.0, 1001.0)]


def test_graphs_of_the_tanks_begin_at_their_temperatures() -> None:
    """Without an initial value a graph falls from, or rises to, one of 0 °C."""
    lines = Heating.configuration.splitlines()
    sensors = [line for line in lines if "unit_of_measurement: °C" in line]
    initial = [re.search(r"initial: ([\d.]+)", line) for line in sensors]
    assert [each and float(each[1]) for each in initial] == [46.0, 36.0]
