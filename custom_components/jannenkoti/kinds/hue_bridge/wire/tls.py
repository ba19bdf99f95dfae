"""The certificate of a bridge: read once, then the only one that is accepted.

A bridge has a certificate that Signify has signed, or older ones one that they signed
themselves. Its common name is the id of the bridge. Signify gives its CA certificate to
registered developers only. So the certificate that is found while the user presses the
link button is the one that is accepted from then on.
"""

import asyncio
import re
import ssl
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography import x509
from cryptography.x509.oid import NameOID

from .errors import Unreachable

_PROBE_TIMEOUT: Final = 10.0  # s, as long as a user waits for a form
_CLOSE_TIMEOUT: Final = 1.0
_BRIDGE_ID: Final = re.compile(r"[0-9a-f]{16}")
_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,253}")
_PORT: Final = re.compile(r"[0-9]{1,5}")
_HTTPS: Final = 443


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the certificate of a device says."""

    fingerprint: str
    """SHA-256, in hexadecimal digits."""
    bridge_id: str | None
    """The id of the bridge; None for what is no bridge."""

    @property
    def shown(self) -> str:
        """Return the fingerprint as it is usually shown, in pairs of digits."""
        digits = self.fingerprint.upper()
        return ":".join(digits[at : at + 2] for at in range(0, len(digits), 2))


def read_certificate(der: bytes) -> Certificate:
    """Return what a certificate says; one that cannot be read has no id."""
    name = ""
    with suppress(ValueError):
        found = x509.load_der_x509_certificate(der).subject.get_attributes_for_oid(
            NameOID.COMMON_NAME
        )
        name = str(found[0].value).lower() if found else ""
    bridge_id = name if _BRIDGE_ID.fullmatch(name) else None
    return Certificate(sha256(der).hexdigest(), bridge_id)


def split_host(host: str) -> tuple[str, int]:
    """Return name and port of an address; raises ValueError."""
    name, colon, port = host.partition(":")
    if not _NAME.fullmatch(name) or (colon and not _PORT.fullmatch(port)):
        msg = f"no address: {host!r}"
        raise ValueError(msg)
    return name, int(port) if colon else _HTTPS


def _context() -> ssl.SSLContext:
    """Return a context that accepts any certificate, to read it; blocks."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


async def async_probe_certificate(host: str) -> Certificate:
    """Return the certificate of a device; nothing is sent. Raises Unreachable."""
    context = await asyncio.to_thread(_context)
    try:
        name, port = split_host(host)
        async with asyncio.timeout(_PROBE_TIMEOUT):
            _, writer = await asyncio.open_connection(name, port, ssl=context)
    except (OSError, TimeoutError, ValueError, OverflowError) as err:
        raise Unreachable from err
    try:
        session = writer.get_extra_info("ssl_object")
        return read_certificate(session.getpeercert(binary_form=True))
    finally:
        writer.close()
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(_CLOSE_TIMEOUT):
                await writer.wait_closed()
