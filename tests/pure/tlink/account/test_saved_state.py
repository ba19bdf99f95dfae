"""Any JSON at any place of the saved state is left out; the rest is restored."""

import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.tlink.account.account import Account
from custom_components.jannenkoti.kinds.tlink.model import Push, Sample
from custom_components.jannenkoti.kinds.tlink.options import Options
from custom_components.jannenkoti.kinds.tlink.push.signature import Secrets
from custom_components.jannenkoti.lib.stored import Stored

NOW = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
OPTIONS = Options.parse({})
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.just("x" * 100_000),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=5,
)


def account() -> Account:
    return Account(OPTIONS, Secrets(()))


def saved() -> dict[str, Any]:
    """Return the state of an account with two sensors, a late hour and a gap."""
    one = account()
    for minutes in (0, 90, 30):
        at = NOW - timedelta(minutes=120 - minutes)
        samples = tuple(
            Sample(
                sensor_id=sensor,
                measured=at,
                recorded=at,
                sensor_time="",
                value="1",
                unit="mm",
            )
            for sensor in ("1", "2")
        )
        one.take(Push(device_id="7", samples=samples, received=NOW))
        one.received_push(at, at)
    stored: dict[str, Any] = json.loads(json.dumps(one.to_store(NOW)))
    return stored


SAVED = saved()


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths to all values in JSON."""
    items: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    return [path, *(p for key, inner in items for p in places(inner, (*path, key)))]


@given(place=st.sampled_from(places(SAVED)[1:]), value=JSON)
def test_any_value_at_any_place_is_survived(place: tuple[Any, ...], value: Any) -> None:
    stored = deepcopy(SAVED)
    inner: Any = stored
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    restored = account()
    restored.restore(Stored(stored))
    json.dumps(restored.to_store(NOW))
    if place[0] not in {"devices", "sensors", "latest"}:
        assert set(restored.inventory.sensors) == {"1", "2"}


@pytest.mark.parametrize("stored", [{}, [], None, 7, "x", {"devices": None}])
def test_state_without_any_part_is_an_empty_account(stored: Any) -> None:
    restored = account()
    restored.restore(Stored(stored))
    assert restored.inventory.devices == {}


def test_unreadable_part_is_named_and_the_others_are_restored() -> None:
    stored = deepcopy(SAVED)
    stored["counts"] = "x"
    stored["sensors"][0] = 7
    stored["latest"].append("{}")
    stored["intervals"]["7"] = [1.0, "x"]
    restored, reader = account(), Stored(stored)
    restored.restore(reader)
    assert reader.rejected == [
        "sensors[0]",
        f"latest[{len(SAVED['latest'])}]",
        "intervals.7[1]",
        "counts",
    ]
    assert set(restored.inventory.sensors) == {"1", "2"}  # one by its latest reading
    assert len(restored.gaps) == len(SAVED["gaps"]) == 2
    assert len(restored.late) == len(SAVED["late"]["hours"]) == 2


def test_only_known_sensors_are_overtaken_after_a_restart() -> None:
    stored = deepcopy(SAVED)
    stored["overtaken"] = ["1", "unknown"]
    restored = account()
    restored.restore(Stored(stored))
    sensors = restored.inventory.sensors
    assert {key: sensor.overtaken for key, sensor in sensors.items()} == {
        "1": True,
        "2": False,
    }
