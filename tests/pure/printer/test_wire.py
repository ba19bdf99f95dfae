"""Merging and parsing of reports, requests and certificates."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.printer.wire.client import Address
from custom_components.jannenkoti.kinds.printer.wire.merge import merge
from custom_components.jannenkoti.kinds.printer.wire.reports import (
    LARGEST_REPORT,
    parse_report,
    replies_in,
)
from custom_components.jannenkoti.kinds.printer.wire.requests import PUSHALL, Request
from custom_components.jannenkoti.kinds.printer.wire.tls import (
    Certificate,
    read_ca,
    read_certificate,
)
from tests.attack.hostile import bodies, deep

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def test_partial_report_keeps_what_it_does_not_mention() -> None:
    state: dict[str, Any] = {"print": {"a": 1, "ams": {"x": "1", "y": [1]}}}
    assert merge(state, {"print": {"ams": {"x": "2"}, "b": None}})
    assert state == {"print": {"a": 1, "b": None, "ams": {"x": "2", "y": [1]}}}


@pytest.mark.parametrize("by", ["id", "node"])
def test_items_of_a_list_are_merged_by_what_identifies_them(by: str) -> None:
    state: dict[str, Any] = {"l": [{by: "0", "v": 1}, {by: "1", "v": 2}]}
    assert merge(state, {"l": [{by: "1", "w": 3}, {by: "2"}]})
    assert state["l"] == [{by: "0", "v": 1}, {by: "1", "v": 2, "w": 3}, {by: "2"}]
    assert not merge(state, {"l": [{by: "1", "w": 3}]})


def test_list_without_ids_is_replaced() -> None:
    state: dict[str, Any] = {"hms": [{"attr": 1, "code": 2}]}
    assert merge(state, {"hms": []})
    assert state == {"hms": []}


@pytest.mark.parametrize("wrong", [None, 1, "x", [], True])
def test_object_is_never_replaced_by_something_else(wrong: object) -> None:
    state: dict[str, Any] = {"print": {"a": 1}, "hms": [1]}
    assert not merge(state, {"print": wrong})
    assert state["print"] == {"a": 1}


@pytest.mark.parametrize("wrong", [None, 1, "x", {"a": 1}])
def test_list_is_replaced_by_lists_only(wrong: object) -> None:
    state: dict[str, Any] = {"hms": [1]}
    assert not merge(state, {"hms": wrong})
    assert state == {"hms": [1]}


def test_number_that_becomes_a_truth_is_a_change() -> None:
    state: dict[str, Any] = {"a": 1}
    assert merge(state, {"a": True})
    assert state["a"] is True


def test_depth_and_number_of_keys_are_bounded() -> None:
    state: dict[str, Any] = deep(60)
    assert not merge(state, deep(60))
    for _ in range(3):
        merge(state, {f"{_}-{number}": 1 for number in range(900)})
    assert len(state) <= 1000
    items: dict[str, Any] = {"l": [{"id": 0}]}
    for start in (1, 900, 1800):
        merge(items, {"l": [{"id": start + number} for number in range(900)]})
    assert len(items["l"]) <= 1000


@given(st.dictionaries(st.text(), JSON), st.dictionaries(st.text(), JSON))
def test_merging_the_same_again_changes_nothing(
    state: dict[str, Any], changes: dict[str, Any]
) -> None:
    text = json.dumps(changes)
    merge(state, json.loads(text))
    before = json.dumps(state)
    assert not merge(state, json.loads(text))
    assert json.dumps(state) == before


@pytest.mark.parametrize("body", bodies().values(), ids=bodies())
def test_hostile_payload_is_an_object_or_nothing(body: bytes) -> None:
    report = parse_report(body)
    assert report is None or isinstance(report, dict)
    if report is not None:
        assert isinstance(replies_in(report), list)


def test_payload_that_is_too_large_or_no_text_is_nothing() -> None:
    assert parse_report(b" " * LARGEST_REPORT + b"{}") is None
    assert parse_report(1.5) is None
    assert parse_report('{"a": 1}') == {"a": 1}


def test_replies_are_what_has_a_result() -> None:
    report = {
        "print": {
            "command": "pause",
            "sequence_id": 7,
            "result": "FAIL",
            "reason": "r" * 500,
            "err_code": "84033543",
        },
        "system": {"command": "ledctrl", "sequence_id": "8", "result": "SUCCESS"},
        "info": {"command": "get_version", "sequence_id": "9"},
        "x": 1,
    }
    refused, done = replies_in(report)
    assert (refused.command, refused.sequence, refused.success) == ("pause", "7", False)
    assert (len(refused.reason), refused.needs_signature) == (200, True)
    assert (done.success, done.needs_signature, done.reason) == (True, False, "")


def test_request_has_its_number_and_fields() -> None:
    assert PUSHALL.body("3") == {"pushing": {"sequence_id": "3", "command": "pushall"}}
    request = Request(group="print", command="x", fields={"param": "1"})
    assert request.body("4")["print"]["param"] == "1"


def test_access_code_is_not_in_the_representation_of_an_address() -> None:
    address = Address(host="a", port=1, serial="s", access_code="87654321")
    assert "87654321" not in repr(address)


def test_certificates_are_found_in_any_text() -> None:
    pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"
    assert read_ca(f"one {pem} two {pem} three") == f"{pem}\n{pem}"
    assert read_ca("-----BEGIN PRIVATE KEY-----") is None
    assert read_ca(pem + " " * 70_000) is None


def test_certificate_that_cannot_be_read_has_no_name() -> None:
    assert read_certificate(b"no certificate").name is None
    assert Certificate("ab12", None).shown == "AB:12"
