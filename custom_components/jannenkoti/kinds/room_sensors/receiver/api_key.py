"""The API key of a receiver."""

import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_BEARER = "bearer "


def new_api_key() -> str:
    """Return a new key, in the format of the original server."""
    return f"sk_{secrets.token_hex(8)}_{secrets.token_hex(24)}"


def offered_key(headers: Mapping[str, str], query: Mapping[str, str]) -> str:
    """Return the key of a request: from one of two headers or the query, or ''."""
    authorization = headers.get("Authorization", "")
    if authorization.lower().startswith(_BEARER):
        return authorization[len(_BEARER) :].strip()
    return headers.get("X-API-Key") or query.get("api_key", "")
