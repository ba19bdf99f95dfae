"""The signature of a push: HMAC-SHA256 over the raw body, in hexadecimal."""

import hmac
import secrets
from dataclasses import dataclass
from typing import Final

_ALGORITHM: Final = "sha256"
_PREFIX: Final = f"{_ALGORITHM}="


def new_secret() -> str:
    """Return a new secret for signatures."""
    return secrets.token_urlsafe(32)


def new_token() -> str:
    """Return a new unguessable part of the push address."""
    return secrets.token_urlsafe(32)


def sign(body: bytes, secret: str) -> str:
    """Return the signature of a body."""
    return hmac.digest(secret.encode(), body, _ALGORITHM).hex()


@dataclass(frozen=True)
class Secrets:
    """The valid secrets: one, or two while one replaces the other."""

    valid: tuple[str, ...]
    """Empty if pushes need no signature."""

    def __repr__(self) -> str:
        """Show none of them."""
        return f"Secrets({len(self.valid)})"

    def accept(self, body: bytes, offered: str | None) -> bool:
        """Return whether a body is signed with one of them, in constant time."""
        if not self.valid:
            return True
        # A header can contain bytes that are no text; they are only a wrong signature.
        found = (offered or "").strip().lower().removeprefix(_PREFIX)
        as_bytes = found.encode(errors="surrogatepass")
        # No short cut: the time must not reveal which of the two it was.
        matches = [
            hmac.compare_digest(as_bytes, sign(body, secret).encode())
            for secret in self.valid
        ]
        return any(matches)
