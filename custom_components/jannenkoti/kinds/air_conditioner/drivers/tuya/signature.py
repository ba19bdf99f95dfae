"""The signature that Tuya's cloud wants on every request.

https://developer.tuya.com/en/docs/iot/new-singnature?id=Kbw0q34cs2e5g
"""

import hashlib
import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def string_to_sign(
    method: str, path: str, query: Mapping[str, str], body: bytes
) -> str:
    """Return what of a request is signed: query keys sorted, nothing URL-encoded."""
    pairs = "&".join(f"{key}={query[key]}" for key in sorted(query))
    url = f"{path}?{pairs}" if pairs else path
    # The third line would hold headers that are signed along; none of ours is.
    return "\n".join((method, hashlib.sha256(body).hexdigest(), "", url))


def signature(
    access_id: str, secret: str, token: str, milliseconds: str, text: str
) -> str:
    """Sign a request; the token is empty while there is none."""
    message = f"{access_id}{token}{milliseconds}{text}"
    digest = hmac.new(secret.encode(), message.encode(), hashlib.sha256)
    return digest.hexdigest().upper()
