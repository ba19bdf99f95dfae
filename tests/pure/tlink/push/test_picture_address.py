"""Pictures are fetched from public addresses only, and only raster images are."""

import pytest

from custom_components.jannenkoti.kinds.tlink.push.picture_address import (
    image_type,
    is_public,
    may_fetch,
)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::5db8:d822", True),  # 93.184.216.34 by NAT64
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b:1::7f00:1", False),
        ("2002:7f00:1::", False),  # 6to4
        ("2001:0:0:0:0:0:80ff:fffe", False),  # Teredo
        ("router.lan", False),
        ("", False),
    ],
)
def test_only_addresses_of_the_internet_are_public(
    address: str,
    public: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    "address",
    [
        "http://\u2460\u2461\u2466.\u24ea.\u24ea.\u2460:27555/secret",
        "http://router.\u24db\u24d0\u24dd/",
        "http://fritz.box/",
        "http://example.com@127.0.0.1/",
        "http://user:word@example.com/",
        "http://0x7f.1/",
        "http://host.127/",
        "http://" + "x" * 3000 + ".com/",
        "ftp://example.com/a.png",
        "http:///a.png",
    ],
)
def test_addresses_that_lead_into_the_home_are_not_fetched(address: str) -> None:
    assert not may_fetch(address, "https://app.dtuip.com")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\xff\xd8\xff\xe0rest", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\nrest", "image/png"),
        (b"GIF89a", "image/gif"),
        (b"BMrest", "image/bmp"),
        (b"RIFF1234WEBPrest", "image/webp"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", None),
        (b"<html>", None),
        (b"RIFF1234WAVE", None),
        (b"", None),
    ],
)
def test_image_type_is_read_from_the_content(
    content: bytes, expected: str | None
) -> None:
    assert image_type(content) == expected


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("https://app.dtuip.com/a.jpg", True),
        ("http://93.184.216.34/a.jpg", True),
        ("http://127.0.0.1:81/a.jpg", True),
        ("http://127.0.0.1/a.jpg", False),
        ("http://192.168.1.1/reboot", False),
        ("http://router.lan/", False),
        ("http://router/", False),
        ("http://127.1/", False),
        ("file:///etc/passwd", False),
        ("http://[::1", False),
        ("nonsense", False),
    ],
)
def test_picture_of_the_home_is_not_fetched(
    address: str,
    good: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    assert may_fetch(address, "http://127.0.0.1:81") is good
