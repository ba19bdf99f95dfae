"""Keep local keys out of the log.

tinytuya writes keys at debug level, and *Enable debug logging* of an entry switches
that level on for all devices.
"""

import logging
from typing import Final, override

_LIBRARY: Final = "tinytuya"
_REDACTED: Final = "**REDACTED**"
# Messages about keys of a session, which are made during the exchange.
_ABOUT_KEYS: Final = ("session", "nonce", "local key", "hmac")


class SecretFilter(logging.Filter):
    """Replaces secrets in log records."""

    def __init__(self) -> None:
        """Start without a secret."""
        super().__init__()
        self._secrets: set[str] = set()

    def add(self, secret: str) -> None:
        """Replace a secret from now on, in each form in which it may be written."""
        raw = secret.encode("latin1", "replace")
        forms = (secret, repr(secret)[1:-1], repr(raw)[2:-1], raw.hex())
        self._secrets.update(form for form in forms if form)

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        """Redact a record; it is always let through."""
        template = str(record.msg).lower()
        if record.args and any(word in template for word in _ABOUT_KEYS):
            record.msg, record.args = f"{record.name}: {_REDACTED}", ()
            return True
        message = record.getMessage()
        redacted = message
        for secret in self._secrets:
            redacted = redacted.replace(secret, _REDACTED)
        if redacted != message:
            record.msg, record.args = redacted, ()
        return True


_FILTER: Final = SecretFilter()


def protect(secret: str) -> None:
    """Keep a secret out of all that the library logs; call after importing it."""
    _FILTER.add(secret)
    for name in list(logging.root.manager.loggerDict):
        if name == _LIBRARY or name.startswith(f"{_LIBRARY}."):
            # A filter of a logger does not apply to its children.
            logging.getLogger(name).addFilter(_FILTER)
