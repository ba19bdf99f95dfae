"""Manual and schedule: what follows what (the original's table, and its README)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.mqtt_devices.devices.modes import (
    EMPTY,
    Configuration,
    ControlMode,
    Switched,
    TooLarge,
    Update,
    apply,
    as_on,
)
from custom_components.jannenkoti.kinds.mqtt_devices.devices.schedule import (
    ScheduleError,
)


def after(said: dict[str, Any], **configuration: Any) -> tuple[Any, str]:
    """Return `encendido` and `estado` after a PUT to a device that does not know."""
    before = Switched(configuration=Configuration.of(configuration), estado="?")
    switched = apply(before, Update.of(said))
    return switched.configuration.document.get("encendido"), switched.estado


@pytest.mark.parametrize(
    ("said", "mode", "expected"),
    [
        # Manual: encendido leads.
        ({"encendido": True}, "manual", (True, "activo")),
        ({"encendido": "off"}, "manual", (False, "inactivo")),
        ({"encendido": True, "estado": "inactivo"}, "manual", (True, "activo")),
        ({"estado": "INACTIVO"}, "manual", (False, "inactivo")),
        ({"encendido": "?", "estado": "on"}, "manual", (True, "activo")),
        # Schedule, none and others: estado leads.
        ({"estado": "activo", "encendido": False}, "horario", (True, "activo")),
        ({"encendido": 0}, "horario", (False, "inactivo")),
        ({"estado": 1}, None, (True, "activo")),
        ({"encendido": True, "estado": "0"}, "party", (False, "inactivo")),
        # What stands for neither is ignored.
        ({"estado": "maybe"}, "manual", (None, "?")),
        ({"encendido": None}, "horario", (None, "?")),
        ({}, "manual", (None, "?")),
    ],
)
def test_one_follows_the_other(
    said: dict[str, Any], mode: str | None, expected: tuple[Any, str]
) -> None:
    assert after(said, **({"modo": mode} if mode else {})) == expected


def test_the_example_of_the_readme() -> None:
    said = {"configuracion": {"encendido": True, "modo": "manual"}}
    assert after(said) == (True, "activo")
    # In schedule mode it is only stored.
    assert after({"configuracion": {"encendido": True}}, modo="horario") == (True, "?")


def test_the_mode_is_that_of_the_result() -> None:
    said = {"configuracion": {"modo": "MANUAL"}, "encendido": False, "estado": "activo"}
    assert after(said, modo="horario") == (False, "inactivo")


def test_a_configuration_is_merged_one_level_deep() -> None:
    before = Configuration.of({"a": {"x": 1}, "b": 2})
    merged = before.merged({"a": {"y": 1}})
    assert merged.document == {"a": {"y": 1}, "b": 2}
    assert before.merged({}) is before
    update = Update(configuration={"c": 3}, replaces=True)
    switched = Switched(configuration=before, estado="activo")
    assert apply(switched, update).configuration.document == {"c": 3}


@pytest.mark.parametrize(
    ("document", "mode", "on", "interval"),
    [
        ({}, None, None, None),
        ({"modo": " Horario ", "encendido": "on"}, ControlMode.SCHEDULE, True, None),
        ({"modo": 3, "intervalo_envio": 10}, None, None, 10),
        ({"intervalo_envio": True}, None, None, None),
        ({"intervalo_envio": -1}, None, None, None),
        ({"intervalo_envio": "10"}, None, None, None),
        ({"intervalo_envio": 1e300}, None, None, None),
    ],
)
def test_what_is_read_of_a_configuration(
    document: dict[str, Any],
    mode: ControlMode | None,
    *,
    on: bool | None,
    interval: float | None,
) -> None:
    configuration = Configuration.of(document)
    assert configuration.mode is mode
    assert configuration.on is on
    assert configuration.interval == interval


def test_nonsense_is_no_schedule() -> None:
    assert Configuration.of({"horarios": "tomorrow"}).schedule is None
    assert Configuration.of({"horarios": []}).schedule is not None


def test_a_configuration_has_an_end() -> None:
    with pytest.raises(TooLarge):
        EMPTY.merged({"x": "y" * 9000})


@pytest.mark.parametrize(
    "nested", [list[Any], lambda inner: {"x": inner[0]} if inner else {}]
)
def test_a_configuration_that_cannot_be_written_is_refused(nested: Any) -> None:
    document: Any = nested([])
    for _ in range(14):
        document = nested([document])
    assert Configuration.of({"x": document}).document == {"x": document}
    for _ in range(500):
        document = nested([document])
        with pytest.raises(TooLarge):
            Configuration.of({"x": document})
    keys: Any = {1: "YAML takes it for a number"}
    with pytest.raises(TooLarge):
        Configuration.of(keys)


@given(st.dictionaries(st.text(max_size=12), st.text(max_size=5) | st.booleans()))
def test_any_body_is_an_update(said: dict[str, Any]) -> None:
    before = Switched(configuration=EMPTY, estado="activo")
    switched = apply(before, Update.of(said))
    assert as_on(switched.estado) is not None or switched.estado == "activo"


def test_what_can_be_renamed() -> None:
    said: dict[str, Any] = {"nombre": " Patio ", "tipo": 3, "modelo": ""}
    update = Update.of({**said, "descripcion": "", "configuracion": [1]})
    assert (update.name, update.type, update.model) == ("Patio", None, None)
    assert update.description == ""
    assert update.configuration is None


@pytest.mark.parametrize("document", [None, [], "x", 3])
def test_configuration_that_is_no_object_is_refused(document: object) -> None:
    with pytest.raises(ScheduleError):
        Configuration.checked(document)


@pytest.mark.parametrize(
    ("value", "has"),
    [
        ("mon 06:00-07:00", True),
        ({"lunes": [["06:00", "on"], ["07:00", "off"]]}, True),
        ([{"dias": ["monday"], "inicio": "6:00", "fin": "07:00"}], True),
        ("mon 06:00-08:00", False),
        ("someday", False),
        (None, False),
    ],
)
def test_schedule_in_any_form_is_compared_by_what_it_means(
    *, value: Any, has: bool
) -> None:
    schedule: Any = [{"dias": ["lunes"], "inicio": "06:00", "fin": "07:00"}]
    assert Configuration.of({"horarios": schedule}).has("horarios", value) is has
    assert not Configuration.of({"horarios": "nonsense"}).has("horarios", value)
