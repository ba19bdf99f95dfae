"""The sources that no rate limit holds up."""

from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

type Network = IPv4Network | IPv6Network


def parse_source(text: str) -> Network:
    """Read an address, a network in CIDR form or ``a.b.c.*``; raises ValueError."""
    text = text.strip()
    if text.endswith(".*"):
        return IPv4Network(f"{text.removesuffix('*')}0/24")
    return ip_network(text, strict=False)


class AllowList:
    """The networks whose posts are never too many."""

    def __init__(self, sources: Iterable[str]) -> None:
        """Read the list; raises ValueError."""
        self._networks = tuple(parse_source(source) for source in sources)
        # The same few ask all the time.
        self._known = lru_cache(maxsize=256)(self._holds)

    def __contains__(self, source: str) -> bool:
        """Say whether an address is in one of the networks."""
        return self._known(source)

    def _holds(self, source: str) -> bool:
        """Look at the networks."""
        try:
            address = ip_address(source)
        except ValueError:
            return False
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        return any(address in network for network in self._networks)
