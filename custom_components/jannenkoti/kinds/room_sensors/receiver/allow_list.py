"""The sources without a rate limit."""

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

type Network = IPv4Network | IPv6Network


def parse_source(text: str) -> Network:
    """Parse an address, a network in CIDR form or ``a.b.c.*``; raises ValueError."""
    text = text.strip()
    if text.endswith(".*"):
        return IPv4Network(f"{text.removesuffix('*')}0/24")
    return ip_network(text, strict=False)


class AllowList:
    """The networks without a rate limit."""

    def __init__(self, sources: Iterable[str]) -> None:
        """Parse the list; raises ValueError."""
        self._networks = tuple(parse_source(source) for source in sources)
        # The same few boards report all the time.
        self._contains = lru_cache(maxsize=256)(self._find)

    def __contains__(self, source: str) -> bool:
        """Return whether an address is in one of the networks."""
        return self._contains(source)

    def _find(self, source: str) -> bool:
        """Return whether an address is in one of the networks."""
        try:
            address = ip_address(source)
        except ValueError:
            return False
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        return any(address in network for network in self._networks)
