"""TLS with a printer: its certificate is always verified.

Bambu's own CA signs the certificate, whose name is the serial number of the printer.
So the serial number is the server name, whatever address is connected to. Without the
CA the certificate that the user has accepted is the only one that is accepted. See
https://github.com/Doridian/OpenBambuAPI/blob/main/tls.md
"""

import asyncio
import re
import ssl
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, override

from cryptography import x509
from cryptography.x509.oid import NameOID

from .errors import Unreachable

if TYPE_CHECKING:
    import socket

_PROBE_TIMEOUT: Final = 10.0  # s, as long as a user waits for a form

# s; paho would wait for its keepalive interval.
_HANDSHAKE_TIMEOUT: Final = 10.0

LONGEST_CA: Final = 65536
"""Characters of PEM; Bambu's CA files have less than 10,000."""

_PEM: Final = re.compile(
    r"-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Which certificate is accepted: one of a CA, or exactly one."""

    serial: str
    fingerprint: str | None = None
    ca: str | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """The fields of a device's certificate."""

    fingerprint: str
    name: str | None
    """Its common name: the serial number of the printer."""

    @property
    def shown(self) -> str:
        """Return the fingerprint as it is usually shown, in pairs of digits."""
        digits = self.fingerprint.upper()
        return ":".join(digits[at : at + 2] for at in range(0, len(digits), 2))


def fingerprint_of(der: bytes) -> str:
    """Return the SHA-256 fingerprint of a certificate."""
    return sha256(der).hexdigest()


def read_certificate(der: bytes) -> Certificate:
    """Return the fields of a certificate; one that cannot be read has no name."""
    name: str | None = None
    with suppress(ValueError):
        found = x509.load_der_x509_certificate(der).subject.get_attributes_for_oid(
            NameOID.COMMON_NAME
        )
        name = str(found[0].value) if found else None
    return Certificate(fingerprint_of(der), name)


def _check(der: bytes | None, trust: Trust) -> None:
    """Raise SSLCertVerificationError unless this is the accepted certificate."""
    found = read_certificate(der or b"")
    if found.fingerprint != trust.fingerprint or found.name != trust.serial:
        msg = "the certificate is not the accepted one"
        raise ssl.SSLCertVerificationError(msg)


class PrinterContext(ssl.SSLContext):
    """Verifies the certificate of one printer, and keeps whether that failed."""

    trust: Trust
    rejected: bool
    """Whether the last connection failed because of the certificate."""

    # Blocking and asyncio connections use different methods.

    @override
    def wrap_socket(
        self, sock: socket.socket, *args: Any, **kwargs: Any
    ) -> ssl.SSLSocket:
        """Connect with the serial number as the server name."""
        kwargs["server_hostname"] = self.trust.serial
        self.rejected = False
        return super().wrap_socket(sock, *args, **kwargs)

    @override
    def wrap_bio(self, *args: Any, **kwargs: Any) -> ssl.SSLObject:
        """Connect with the serial number as the server name."""
        kwargs["server_hostname"] = self.trust.serial
        self.rejected = False
        return super().wrap_bio(*args, **kwargs)


class _PinnedSocket(ssl.SSLSocket):
    """A socket that sends nothing before the certificate is checked."""

    @override
    def do_handshake(self, block: bool = False) -> None:
        """Connect; raises SSLCertVerificationError."""
        context = self.context
        # A thread must not wait long for a device that accepts and never answers.
        self.settimeout(_HANDSHAKE_TIMEOUT)
        try:
            super().do_handshake(block)
            if isinstance(context, PrinterContext) and context.trust.ca is None:
                _check(self.getpeercert(binary_form=True), context.trust)
        except OSError as err:
            if isinstance(context, PrinterContext):
                context.rejected = isinstance(err, ssl.SSLCertVerificationError)
            self.close()  # paho leaves it open.
            raise


class _PinnedObject(ssl.SSLObject):
    """The same for connections of asyncio."""

    @override
    def do_handshake(self) -> None:
        """Connect; raises SSLCertVerificationError."""
        super().do_handshake()
        context = self.context
        if isinstance(context, PrinterContext) and context.trust.ca is None:
            _check(self.getpeercert(binary_form=True), context.trust)


def make_context(trust: Trust) -> PrinterContext:
    """Return the context for a printer; blocks. Raises SSLError for a bad CA."""
    context = PrinterContext(ssl.PROTOCOL_TLS_CLIENT)
    context.trust, context.rejected = trust, False
    context.sslsocket_class = _PinnedSocket
    context.sslobject_class = _PinnedObject
    # Python 3.13 requires a key usage of CAs, which Bambu's lack.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if trust.ca is not None:
        context.load_verify_locations(cadata=trust.ca)
    else:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE  # _check is stricter
    return context


def read_ca(text: str) -> str | None:
    """Return the certificates in a text, or None if it has none or is too long."""
    if len(text) > LONGEST_CA:
        return None
    return "\n".join(_PEM.findall(text)) or None


async def async_probe_certificate(host: str, port: int, serial: str) -> Certificate:
    """Return the certificate of a device; nothing is sent. Raises Unreachable."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        async with asyncio.timeout(_PROBE_TIMEOUT):
            _, writer = await asyncio.open_connection(
                host, port, ssl=context, server_hostname=serial
            )
    except (OSError, TimeoutError, ValueError) as err:
        raise Unreachable from err
    try:
        session = writer.get_extra_info("ssl_object")
        return read_certificate(session.getpeercert(binary_form=True))
    finally:
        writer.transport.abort()
