"""The catalogue of equipment: the built-in one, and any file of a user."""

import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds import heating
from custom_components.jannenkoti.kinds.heating.inputs.equipment import (
    MOST_BYTES,
    ItemType,
    Problem,
    merge,
    read_catalogue,
)
from custom_components.jannenkoti.kinds.heating.options import POWERS

BUILT_IN = (Path(heating.__path__[0]) / "equipment.yaml").read_bytes()

GOOD = """\
equipment:
  - type: heater
    manufacturer: Acme
    model: Rod 6
    stages: [2000, 2000, 1,5e3]
  - {type: tank, manufacturer: Acme, model: "500", volume: 500}
"""


def test_built_in_catalogue_has_no_error_and_every_type() -> None:
    items, error = read_catalogue(BUILT_IN)
    assert error is None
    assert {item.type for item in items.values()} == set(ItemType)
    assert all(bool(x.stages) is (x.type is ItemType.HEATER) for x in items.values())


@pytest.mark.parametrize(
    ("name", "stages"),
    [
        ("Vaillant 2-4-6 kW", (2000.0,) * 3),
        ("my-PV AC ELWA 2", (3500.0,)),
        ("my-PV AC•THOR 9s", (3000.0,) * 3),
        ("Fronius Ohmpilot 9 kW", (3000.0,) * 3),
        ("Askoma ASKOHEAT+ 1.75 kW", (250.0, 500.0, 1000.0)),
        ("E.G.O. Smart Heater 3.5 kW", (500.0, 1000.0, 2000.0)),
        ("3 x 3 kW", (3000.0,) * 3),
        ("Vaillant aroTHERM Split VWL 75/5 IS", (2000.0,)),
    ],
)
def test_built_in_heater_has_the_powers_of_its_stages(
    name: str, stages: tuple[float, ...]
) -> None:
    assert read_catalogue(BUILT_IN)[0][name].stages == stages


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("Vaillant uniSTOR VIH RW 300/3", "volume", 300),
        ("Sunex 500 L", "volume", 500),
        ("KIOTO 330 Wp", "module_watts", 330),
        ("Fronius Symo 10.0-3-M", "limit", 10_000),
    ],
)
def test_list_of_the_original_is_built_in(name: str, field: str, value: float) -> None:
    assert getattr(read_catalogue(BUILT_IN)[0][name], field) == value


def test_user_item_replaces_the_one_of_the_same_name_and_others_stay() -> None:
    own = b"equipment:\n- {type: heater, manufacturer: my-PV, model: AC ELWA 2, "
    found = merge(BUILT_IN, own + b"stages: [3600]}\n")
    assert found.error is None
    assert found.items["my-PV AC ELWA 2"].stages == (3600.0,)
    assert found.items.keys() == read_catalogue(BUILT_IN)[0].keys()


def test_factor_multiplies_the_power_of_each_stage_within_limits() -> None:
    raw = b"equipment: [{type: heater, manufacturer: A, model: B, factor: 1.5, "
    items, error = read_catalogue(raw + b"stages: [1000, 50000, 1]}]")
    assert error is None
    assert items["A B"].stages == (1500.0, POWERS.maximum, 2.0)


def row(text: str) -> str:
    """Return a catalogue with a good item and one more on line 3."""
    first = "- {type: tank, manufacturer: A, model: ok, volume: 100}"
    return f"equipment:\n{first}\n- {{{text}}}\n"


NAMED = "manufacturer: A, model: B"


@pytest.mark.parametrize(
    ("text", "field", "allowed"),
    [
        (f"type: oven, {NAMED}", "type", "heater, tank, module, inverter"),
        (f"type: tank, {NAMED}", "volume", "volume"),
        (f"type: tank, {NAMED}, volume: 6000", "volume", "10-5000 L"),
        (f"type: tank, {NAMED}, volume: nan", "volume", "10-5000 L"),
        (f"type: tank, {NAMED}, volume: [300]", "volume", "10-5000 L"),
        (f"type: tank, {NAMED}, volume: 300, watts: 5", "watts", None),
        (f"type: tank, {NAMED}, volume: 300, volume: 200", "volume", None),
        (f"type: tank, {NAMED}, volume: 300, stages: [5]", "stages", "volume"),
        (f"type: heater, {NAMED}, stages: []", "stages", "1-6"),
        (f"type: heater, {NAMED}, stages: 2000", "stages", "1-6"),
        (f"type: heater, {NAMED}, stages: [1,1,1,1,1,1,1]", "stages", "1-6"),
        (f"type: heater, {NAMED}, stages: [0]", "watts", "1-50000 W"),
        (f"type: heater, {NAMED}, stages: [1], factor: 11", "factor", "0.1-10"),
        (f"type: module, {NAMED}, module_watts: x", "module_watts", "1-1000 W"),
        (f"type: inverter, {NAMED}, limit: -1", "limit", "0-100000 W"),
        ("type: tank, model: B, volume: 300", "manufacturer", "1-60"),
        (f"type: tank, manufacturer: A, model: {'B' * 61}, volume: 300", "model", None),
        ("type: tank, manufacturer: A, model: {}, volume: 300", "model", "1-60"),
        (
            'type: tank, manufacturer: "\\u202e", model: B, volume: 3',
            "manufacturer",
            None,
        ),
        (f"<<: 5, {NAMED}", "<<", None),
        (f"? [a] : 5, {NAMED}", "?", None),
    ],
)
def test_wrong_item_is_left_out_and_reported_with_its_line(
    text: str, field: str, allowed: str | None
) -> None:
    items, error = read_catalogue(row(text).encode())
    assert list(items) == ["A ok"]
    assert error is not None
    assert (error.problem, error.line, error.field) == (Problem.FIELD, 3, field)
    assert allowed in {None, error.allowed}


@pytest.mark.parametrize(
    ("raw", "problem", "line"),
    [
        (b"equipment:\n  - {type: tank\n", Problem.YAML, 3),
        (b"equipment:\n- a\n b: [", Problem.YAML, 3),
        (b"equipment: []\n---\nequipment: []\n", Problem.YAML, 2),
        (b"equipment:\n- &a {x: 1}\n- *a\n", Problem.YAML, 2),
        (b"equipment:\n- *a\n", Problem.YAML, 2),
        (b"equipment: !!python/object/apply:os.system [true]\n", Problem.YAML, 1),
        (b"a: 1\nb: !secret x\n", Problem.YAML, 2),
        (b"equipment: !include /etc/passwd\n", Problem.YAML, 1),
        (b"equipment:\n" + b"[" * 5000, Problem.YAML, 2),
        (b"a: " + b"{" * 60_000, Problem.YAML, 1),
        (b"equipment:\n\xff\n", Problem.YAML, 2),
        (b"equipment:\n- \x00\n", Problem.YAML, 2),
        (b"x" * (MOST_BYTES + 1), Problem.SIZE, 1),
        (b"equipment: [" + b"{}," * 201 + b"]", Problem.SIZE, 1),
        (b"tanks: []\n", Problem.FIELD, 1),
        (b"\n\nequipment: 5\n", Problem.FIELD, 3),
        (b"- type: tank\n", Problem.FIELD, 1),
        (b"just a text", Problem.FIELD, 1),
    ],
)
def test_unreadable_file_is_reported_and_built_in_equipment_stays(
    raw: bytes, problem: Problem, line: int
) -> None:
    found = merge(BUILT_IN, raw)
    assert found.items == read_catalogue(BUILT_IN)[0]
    assert found.error is not None
    assert (found.error.problem, found.error.line) == (problem, line)


@pytest.mark.parametrize("raw", [b"", b"\n# nothing\n", b"\xef\xbb\xbfequipment: []"])
def test_empty_file_is_no_error(raw: bytes) -> None:
    assert read_catalogue(raw) == ({}, None)


def test_item_over_several_lines_is_reported_at_its_field() -> None:
    items, error = read_catalogue(GOOD.replace("volume: 500", "volume: 5").encode())
    assert list(items) == ["Acme Rod 6"]
    assert error is not None
    assert error.line == 6


def test_largest_file_is_read_with_little_memory() -> None:
    item = b"- {type: tank, manufacturer: A, model: B, volume: 300}\n"
    raw = (b"equipment:\n" + item * 190).ljust(MOST_BYTES, b"#")
    tracemalloc.start()
    items, error = read_catalogue(raw)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert error is None
    assert len(items) == 1
    assert most < 20_000_000


SCALARS = st.one_of(
    st.text(max_size=12), st.integers(), st.floats(), st.booleans(), st.none()
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner)
    ),
    max_leaves=12,
)
FIELDS = st.dictionaries(
    st.sampled_from(
        ["type", "manufacturer", "model", "stages", "volume", "factor", "limit", "x"]
    ),
    st.one_of(VALUES, st.sampled_from([*ItemType, "A", [2000], 300])),
)


def check(raw: bytes) -> None:
    """Check that everything read is within its limits, and what is not has a line."""
    items, error = read_catalogue(raw)
    for name, item in items.items():
        assert name == item.name
        assert name.isprintable()
        assert all(POWERS.minimum <= x <= POWERS.maximum for x in item.stages)
        assert item.volume is None or 10 <= item.volume <= 5000
        assert item.limit is None or 0 <= item.limit <= 100_000
    if error is not None:
        assert 1 <= error.line <= raw.count(b"\n") + raw.count(b"\r") + 2


@settings(deadline=None, max_examples=150)
@given(rows=st.lists(FIELDS, max_size=4))
def test_any_rows_give_items_within_limits(rows: list[dict[str, object]]) -> None:
    # JSON is YAML.
    check(json.dumps({"equipment": rows}, ensure_ascii=False).encode(errors="replace"))


@settings(deadline=None, max_examples=200)
@given(raw=st.binary(max_size=200))
def test_any_bytes_are_read_without_an_error(raw: bytes) -> None:
    check(raw)


@settings(deadline=None, max_examples=200)
@given(data=st.data())
def test_damaged_file_is_read_without_an_error(data: st.DataObject) -> None:
    raw = bytearray(GOOD.encode())
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(raw) - 1))
        raw[place : place + 1] = data.draw(
            st.one_of(
                st.binary(max_size=3),
                st.sampled_from(
                    [b"&a ", b"*a", b"!!int ", b"{", b"[", b": ", b"\n", b"<<", b"%"]
                ),
            )
        )
    check(bytes(raw))
