"""Keys are found in three places and compared as a whole."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.jannenkoti.kinds.room_sensors.keys import (
    is_key,
    new_api_key,
    offered_key,
)


def test_a_new_key_has_the_form_that_the_firmware_knows() -> None:
    assert re.fullmatch(r"sk_[0-9a-f]{16}_[0-9a-f]{48}", new_api_key())
    assert new_api_key() != new_api_key()


@pytest.mark.parametrize(
    ("headers", "query", "key"),
    [
        ({"Authorization": "Bearer sk_1"}, {}, "sk_1"),
        ({"Authorization": "bearer  sk_1 "}, {}, "sk_1"),
        ({"X-API-Key": "sk_1"}, {}, "sk_1"),
        ({}, {"api_key": "sk_1"}, "sk_1"),
        ({"Authorization": "Basic abc", "X-API-Key": "sk_1"}, {}, "sk_1"),
        ({"Authorization": "Basic abc"}, {"api_key": "sk_1"}, "sk_1"),
        ({}, {}, ""),
    ],
)
def test_where_a_key_may_be(
    headers: dict[str, str], query: dict[str, str], key: str
) -> None:
    assert offered_key(headers, query) == key


@given(st.text(st.characters(), max_size=80))
def test_no_other_text_is_the_key(offered: str) -> None:
    key = new_api_key()
    assert is_key(key, key)
    assert not is_key(offered, key)
    assert not is_key(f"{key}\udcff", key)
