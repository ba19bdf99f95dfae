"""Decide from which addresses pictures are fetched.

A push may contain any address. It must not make us send requests to devices of the
home, so only public addresses are allowed, and the platform's own host.
"""

import unicodedata
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import urlsplit

# Networks in which an IPv4 address is written as a part of an IPv6 address.
_NAT64: Final = IPv6Network("64:ff9b::/96")
_LOCAL_NAT64: Final = IPv6Network("64:ff9b:1::/48")
_COMPATIBLE: Final = IPv6Network("::/96")

_LOCAL_NAMES: Final = frozenset(
    {
        *("", "local", "localhost", "localdomain", "lan", "home", "internal", "intern"),
        *("private", "corp", "intranet", "arpa", "box", "test", "invalid", "onion"),
    }
)

_LONGEST_ADDRESS: Final = 2048


def is_public(address: str) -> bool:
    """Return whether an IP address, as text, is one of the public internet."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return _is_public(found)


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    """Return whether an address, and any that it contains, is public."""
    if isinstance(address, IPv6Address):
        if address in _LOCAL_NAT64:
            return False
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address.teredo is not None:
            inner = address.teredo[1]
        if inner is None and (address in _NAT64 or address in _COMPATIBLE):
            inner = IPv4Address(int(address) & 0xFFFF_FFFF)
        if inner is not None:
            return _is_public(inner)
    return address.is_global and not address.is_multicast


def normalized_host(host: str) -> str:
    """Return a host as a resolver understands it: "①②⑦.⓪.⓪.①" is 127.0.0.1."""
    return unicodedata.normalize("NFKC", host).casefold().rstrip(".")


def may_fetch(address: str, base_url: str) -> bool:
    """Return whether an address may be fetched, before its name is resolved.

    The host of the platform may be in the home, for example a relay; of others only
    names that can be public, and public IP addresses. What a name resolves to is
    checked when the connection is made.
    """
    if len(address) > _LONGEST_ADDRESS:
        return False
    try:
        parts = urlsplit(address)
        host = normalized_host(parts.hostname or "")
        own = is_own_host(address, base_url)
    except ValueError:
        return False
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc:
        return False
    return own or is_public(host) or _is_public_name(host)


def is_own_host(address: str, base_url: str) -> bool:
    """Return whether an address has scheme, host and port of the platform."""
    if not base_url:
        return False
    ours, other = urlsplit(base_url), urlsplit(address)
    return ours.hostname is not None and (ours.scheme, ours.hostname, ours.port) == (
        other.scheme,
        other.hostname,
        other.port,
    )


def _is_public_name(host: str) -> bool:
    """Return whether a host is a name that the public internet can have."""
    if not host.isascii():
        return False
    top = host.rpartition(".")[2]
    is_number = top.isdecimal() or top.startswith("0x")
    return "." in host and not is_number and top not in _LOCAL_NAMES


# Raster images by their first bytes. No other type is passed on: an SVG can contain
# scripts, which would run as part of Home Assistant.
_SIGNATURES: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
)


def image_type(content: bytes) -> str | None:
    """Return the content type of a raster image, None if it is something else."""
    for start, found in _SIGNATURES:
        if content.startswith(start):
            return found
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return None
