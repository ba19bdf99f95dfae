"""Names of pictures are resolved to public addresses only."""

from typing import TYPE_CHECKING, override

import pytest
from aiohttp.abc import AbstractResolver

from custom_components.jannenkoti.kinds.tlink.image import PublicResolver

if TYPE_CHECKING:
    import socket

    from aiohttp.abc import ResolveResult


class Names(AbstractResolver):
    """A resolver that returns these addresses for every name."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses
        self.closed = False

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily | int = 0
    ) -> list[ResolveResult]:
        return [
            {
                "hostname": host,
                "host": address,
                "port": port,
                "family": 2,
                "proto": 0,
                "flags": 0,
            }
            for address in self.addresses
        ]

    @override
    async def close(self) -> None:
        self.closed = True


async def test_resolver_drops_addresses_that_are_not_public() -> None:
    names = Names("192.168.1.1", "93.184.216.34", "::1")
    resolver = PublicResolver(names)
    found = await resolver.resolve("example.com", 80)
    assert [each["host"] for each in found] == ["93.184.216.34"]
    await resolver.close()
    assert names.closed


@pytest.mark.parametrize("address", ["127.0.0.1", "fd00::1", "64:ff9b::7f00:1"])
async def test_name_of_the_home_is_not_resolved(address: str) -> None:
    with pytest.raises(OSError, match="no public address"):
        await PublicResolver(Names(address)).resolve("rebinding.example.com")
