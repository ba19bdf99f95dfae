"""API keys are found in two headers and in the query."""

import re

import pytest

from custom_components.jannenkoti.kinds.room_sensors.receiver.api_key import (
    new_api_key,
    offered_key,
)


def test_new_key_has_the_format_of_the_original_server() -> None:
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
def test_key_is_read_from_headers_and_query(
    headers: dict[str, str], query: dict[str, str], key: str
) -> None:
    assert offered_key(headers, query) == key
