"""Devices of Home Assistant's own Tuya integration."""

from types import SimpleNamespace

from custom_components.jannenkoti.kinds.air_conditioner.drivers.connection import (
    devices_of_tuya,
)

KEY = "0123456789abcdef"


def entry(*devices: SimpleNamespace) -> SimpleNamespace:
    device_map = {str(number): device for number, device in enumerate(devices)}
    return SimpleNamespace(
        runtime_data=SimpleNamespace(manager=SimpleNamespace(device_map=device_map))
    )


def test_tuya_devices_with_key_are_listed_by_name() -> None:
    found = devices_of_tuya(
        [
            entry(
                SimpleNamespace(id="b", name="Office", local_key=KEY, ip="84.1.2.3"),
                SimpleNamespace(
                    id="a", name="Bedroom", local_key=KEY, ip="192.168.1.5"
                ),
                SimpleNamespace(id="c", name="No key", local_key="", ip=None),
                SimpleNamespace(id="d", local_key=KEY),
            )
        ]
    )
    assert [(d.name, d.host) for d in found] == [
        ("Bedroom", "192.168.1.5"),
        ("Office", None),
        ("d", None),
    ]
    assert KEY not in repr(found)


def test_unexpected_tuya_data_gives_no_devices() -> None:
    assert devices_of_tuya([]) == []
    assert devices_of_tuya([object(), SimpleNamespace(runtime_data=None)]) == []
    assert devices_of_tuya([entry(SimpleNamespace())]) == []
