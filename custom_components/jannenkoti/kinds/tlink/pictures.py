"""Which addresses of pictures may be fetched."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def may_fetch(address: str, base_url: str) -> bool:
    """Say whether an address leads to the platform or out into the world.

    A push may say anything, so nobody shall make us ask devices of the home.
    """
    try:
        parts = urlsplit(address)
        host = parts.hostname
        ours = urlsplit(base_url)
        if parts.scheme not in {"http", "https"} or not host:
            return False
        if (host, parts.port) == (ours.hostname, ours.port):
            return True
        return ip_address(host).is_global
    except ValueError:  # A name, not an address; or no address at all.
        return _is_public_name(address)


def _is_public_name(address: str) -> bool:
    """Say whether a name is one of the world and not of the home."""
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return False
    top = host.rstrip(".").rpartition(".")[2]
    local = {"", "local", "localhost", "lan", "home", "internal", "arpa"}
    return "." in host and not top.isdecimal() and top not in local
