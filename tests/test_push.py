"""Sources that push, the throttle, the silence watch, and entries by their secret."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from homeassistant.components.sensor import SensorEntityDescription
from homeassistant.helpers.device_registry import DeviceInfo
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.jannenkoti.const import CONF_KIND, DOMAIN
from custom_components.jannenkoti.described import (
    BinarySensorRow,
    DescribedBinarySensor,
    DescribedSensor,
    SensorRow,
)
from custom_components.jannenkoti.entity import PushEntity
from custom_components.jannenkoti.push import PushSource, SilenceWatch, Throttle
from custom_components.jannenkoti.view import entry_of_secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from freezegun.api import FrozenDateTimeFactory
    from homeassistant.core import CALLBACK_TYPE, HomeAssistant

type Pass = Callable[[float], None]


@pytest.fixture
def passes(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Pass:
    """Let time pass (s)."""

    def let_pass(seconds: float) -> None:
        freezer.tick(seconds)
        async_fire_time_changed(hass)

    return let_pass


def test_source_calls_its_listeners_until_they_are_removed() -> None:
    source, calls = PushSource(1), list[int]()
    remove = source.async_add_listener(lambda: calls.append(source.data))
    removers: list[CALLBACK_TYPE] = []

    def remove_itself() -> None:
        removers[0]()

    removers.append(source.async_add_listener(remove_itself))
    source.async_set_updated_data(2)
    source.async_update_listeners()
    remove()
    remove()
    source.async_set_updated_data(3)
    assert calls == [2, 2]
    assert source.data == 3


class Row(PushEntity[PushSource[dict[str, Any]]], DescribedSensor):
    """A described sensor, as a kind defines one."""


class BinaryRow(PushEntity[PushSource[dict[str, Any]]], DescribedBinarySensor):
    """A described binary sensor."""


Row.kind = BinaryRow.kind = "zoo"


async def test_described_entity_shows_what_its_row_reads() -> None:
    source: PushSource[dict[str, Any]] = PushSource({"a": 5, "on": True})
    info = DeviceInfo(identifiers={(DOMAIN, "x")})
    sensor = Row(
        source,
        device_info=info,
        device_key="x",
        key=SensorRow(
            key="zoo_age",
            value_fn=lambda data: data["a"],
            attributes_fn=lambda data: {"more": data["on"]},
        ),
    )
    assert sensor.unique_id == "x_age"
    assert sensor.translation_key == "zoo_age"
    assert sensor.native_value == 5
    assert sensor.extra_state_attributes == {"more": True}
    assert sensor.available
    await sensor.async_update()
    row = BinarySensorRow[Any](key="on", is_on_fn=lambda data: data["on"])
    binary = BinaryRow(source, device_info=info, device_key="x", key=row)
    assert binary.is_on is True
    assert binary.extra_state_attributes is None
    assert binary.translation_key == "zoo_on"


async def test_described_entity_without_a_base_raises() -> None:
    sensor = DescribedSensor()
    sensor.entity_description = SensorRow(key="x", value_fn=str)
    assert isinstance(sensor.entity_description, SensorEntityDescription)
    with pytest.raises(NotImplementedError):
        assert sensor.native_value


async def test_throttle_runs_at_once_and_then_once_per_interval(
    hass: HomeAssistant, passes: Pass
) -> None:
    runs: list[int] = []
    throttle = Throttle(hass, 10, lambda: runs.append(1), "test")
    for _ in range(5):
        throttle.async_request()
    assert len(runs) == 1
    passes(10.1)
    assert len(runs) == 2  # for the four others
    passes(10.1)
    passes(10.1)
    assert len(runs) == 2
    throttle.async_request()
    assert len(runs) == 3
    throttle.async_request()
    throttle.async_stop()
    throttle.async_stop()
    passes(30)
    assert len(runs) == 3


async def test_throttled_action_may_request_again(
    hass: HomeAssistant, passes: Pass
) -> None:
    runs: list[int] = []

    def act() -> None:
        runs.append(1)
        if len(runs) < 3:
            throttle.async_request()

    throttle = Throttle(hass, 10, act, "test")
    throttle.async_request()
    assert len(runs) == 1
    passes(10.1)
    passes(10.1)
    passes(10.1)
    assert len(runs) == 3
    throttle.async_stop()


async def test_silence_is_detected_without_a_report_in_time(
    hass: HomeAssistant, passes: Pass
) -> None:
    silent: list[int] = []
    watch = SilenceWatch(hass, lambda: silent.append(1), "test")
    watch.async_reported(100)
    passes(60)
    watch.async_reported(100)
    passes(60)  # The first timer would have ended: a report moved it.
    assert not silent
    passes(45)
    assert len(silent) == 1
    passes(1000)
    assert len(silent) == 1
    watch.async_reported(100)
    passes(101)
    assert len(silent) == 2


async def test_shorter_interval_brings_the_silence_forward(
    hass: HomeAssistant, passes: Pass
) -> None:
    silent: list[int] = []
    watch = SilenceWatch(hass, lambda: silent.append(1), "test")
    watch.async_reported(1000)
    watch.async_reported(10)
    passes(11)
    assert len(silent) == 1


async def test_silence_counts_the_time_before_a_restart(
    hass: HomeAssistant, passes: Pass
) -> None:
    silent: list[int] = []
    watch = SilenceWatch(hass, lambda: silent.append(1), "test")
    watch.async_reported(100, since=95)
    passes(6)
    assert len(silent) == 1
    watch.async_reported(100, since=500)
    passes(0.1)
    assert len(silent) == 2


async def test_clock_that_is_set_forward_makes_no_silence(
    hass: HomeAssistant, passes: Pass, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent: list[int] = []
    ticks = [0.0]
    monkeypatch.setattr("custom_components.jannenkoti.push.monotonic", lambda: ticks[0])
    watch = SilenceWatch(hass, lambda: silent.append(1), "test")
    watch.async_reported(100)
    passes(timedelta(days=1).total_seconds())
    assert not silent
    ticks[0] = 101
    passes(101)
    assert len(silent) == 1


async def test_stopped_watch_reports_nothing(hass: HomeAssistant, passes: Pass) -> None:
    silent: list[int] = []
    watch = SilenceWatch(hass, lambda: silent.append(1), "test")
    watch.async_stop()
    watch.async_reported(10)
    watch.async_stop()
    passes(100)
    assert not silent


async def test_entry_is_found_by_its_secret_alone(hass: HomeAssistant) -> None:
    def add(kind: str, **data: Any) -> MockConfigEntry:
        entry = MockConfigEntry(domain=DOMAIN, data={CONF_KIND: kind, **data})
        entry.add_to_hass(hass)
        return entry

    first, second = add("tlink", token="one"), add("tlink", token="two")
    add("robocam", token="three")
    add("tlink", token="")
    add("tlink")
    add("tlink", token=5)
    MockConfigEntry(domain=DOMAIN, source="ignore", data={}).add_to_hass(hass)
    assert entry_of_secret(hass, "tlink", "token", "one") is first
    assert entry_of_secret(hass, "tlink", "token", "two") is second
    for wrong in (
        "three",
        "",
        "on",
        "ONE",
        "one ",
        "\udcff",
        "\uff4f\uff4e\uff45",
        "x" * 10**6,
    ):
        assert entry_of_secret(hass, "tlink", "token", wrong) is None
