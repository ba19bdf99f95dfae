"""The signature of a push: HMAC-SHA256 over the raw body, in hexadecimal."""

import hmac
import secrets
from dataclasses import dataclass
from typing import Final

_ALGORITHM: Final = "sha256"
_PREFIX: Final = f"{_ALGORITHM}="


def new_secret() -> str:
    """Make a secret for signing."""
    return secrets.token_urlsafe(32)


def new_token() -> str:
    """Make the part of the push address that nobody can guess."""
    return secrets.token_urlsafe(32)


def sign(body: bytes, secret: str) -> str:
    """Return the signature of a body."""
    return hmac.digest(secret.encode(), body, _ALGORITHM).hex()


@dataclass(frozen=True)
class Secrets:
    """The secrets that count: one, or two while one replaces the other."""

    valid: tuple[str, ...]
    """None at all: the user has chosen to let everything in."""

    def __repr__(self) -> str:
        """Show none of them."""
        return f"Secrets({len(self.valid)})"

    def accept(self, body: bytes, offered: str | None) -> bool:
        """Say whether a body is signed by one of them, in a time that tells nothing."""
        if not self.valid:
            return True
        # A header can hold bytes that are no text; they are only a wrong signature.
        told = (offered or "").strip().lower().removeprefix(_PREFIX)
        as_bytes = told.encode(errors="surrogatepass")
        # No short cut: the time must not tell which of the two it was.
        matches = [
            hmac.compare_digest(as_bytes, sign(body, secret).encode())
            for secret in self.valid
        ]
        return any(matches)
