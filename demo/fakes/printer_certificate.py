"""Certificates like those of Bambu's printers: of a CA, named after the printer."""

import ssl
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_YEARS = timedelta(days=3650)


@dataclass(frozen=True, kw_only=True)
class Authority:
    """A certificate authority. Like Bambu's, it states no key usage."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> str:
        """Return the certificate of the authority."""
        return _pem(self.certificate).decode()

    def server_context(self, serial: str) -> ssl.SSLContext:
        """Return the TLS context of a printer with a certificate of this authority."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _build(serial, key, issuer=self)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "printer.pem"
            path.write_bytes(
                key.private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
                + _pem(certificate)
            )
            context.load_cert_chain(path)
        return context


def make_authority(name: str = "Fake BBL CA") -> Authority:
    """Return a new authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    return Authority(key=key, certificate=_build(name, key, issuer=None))


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _build(
    name: str, key: ec.EllipticCurvePrivateKey, *, issuer: Authority | None
) -> x509.Certificate:
    """Return a certificate; without an issuer one that signs itself."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _YEARS)
    )
    if issuer is None:
        builder = builder.add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
    return builder.sign(key if issuer is None else issuer.key, hashes.SHA256())
