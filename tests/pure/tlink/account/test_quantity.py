"""Units and device classes."""

from custom_components.jannenkoti.kinds.tlink.account.quantity import class_of, unit_of


def test_device_class_is_guessed_from_unit_and_name() -> None:
    assert unit_of(" ℃ ") == "°C"
    assert unit_of("") is None
    assert unit_of("rpm") == "rpm"
    assert class_of("°C", None) == "temperature"
    assert class_of("%", "室内湿度") == "humidity"
    assert class_of("%", "Fill") is None
    assert class_of(None, "x") is None
