"""The keys that let a board in."""

import hmac
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_BEARER = "bearer "


def new_api_key() -> str:
    """Make a key, in the form that the boards' firmware knows."""
    return f"sk_{secrets.token_hex(8)}_{secrets.token_hex(24)}"


def offered_key(headers: Mapping[str, str], query: Mapping[str, str]) -> str:
    """Return the key that a request carries in one of the three places, or nothing."""
    authorization = headers.get("Authorization", "")
    if authorization.lower().startswith(_BEARER):
        return authorization[len(_BEARER) :].strip()
    return headers.get("X-API-Key") or query.get("api_key", "")


def is_key(offered: str, key: str) -> bool:
    """Compare in a time that does not tell how much was right."""
    # A header can hold bytes that are no text; they are only somebody's wrong key.
    return hmac.compare_digest(offered.encode(errors="surrogatepass"), key.encode())
