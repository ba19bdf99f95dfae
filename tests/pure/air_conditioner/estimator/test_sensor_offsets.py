"""The offsets of sensors that report together."""

from datetime import UTC, datetime, timedelta

from custom_components.jannenkoti.kinds.air_conditioner.estimator.sensor_offsets import (  # noqa: E501
    SensorOffsets,
)

NOW = datetime(2026, 7, 1, tzinfo=UTC)


def test_further_sensors_than_the_limit_are_not_added() -> None:
    sensors = SensorOffsets()
    for number in range(40):
        sensors.add(str(number), 21.0, NOW, 21.0)
    assert len(sensors) == 32
    assert sensors.add("one more", 30.0, NOW, 21.0) == 0.0
    assert sensors.get("one more") is None


def test_sensor_silent_for_an_hour_is_removed_when_another_teaches() -> None:
    sensors = SensorOffsets()
    sensors.add("silent", 21.0, NOW, 21.0)
    sensors.add("reporting", 21.5, NOW, 21.0)
    reporting = sensors.get("reporting")
    assert reporting is not None
    sensors.receive(reporting, 21.6, NOW + timedelta(hours=2))
    sensors.learn(reporting, 0.1)
    assert sensors.get("silent") is None
    assert len(sensors) == 1
