"""How an entry says which account at Tuya's cloud it uses, and how much of it."""

import hashlib
from typing import TYPE_CHECKING, Any, Final

from yarl import URL

from .....lib.quota import Plan
from .openapi import AppUser, TuyaAccount

if TYPE_CHECKING:
    from collections.abc import Mapping

CONF_CLOUD: Final = "cloud"
"""The key of all that follows in the entry's data; without it there is no cloud."""
CONF_REGION: Final = "region"
"""A data centre, or the address of the user's own proxy."""
CONF_BASE_URL: Final = "base_url"
"""Where that address is typed; it is kept as the region."""
CONF_ACCESS_ID: Final = "access_id"
CONF_ACCESS_SECRET: Final = "access_secret"  # noqa: S105 - a key's name
CONF_PASSWORD_MD5: Final = "password_md5"  # noqa: S105 - a key's name
CONF_COUNTRY_CODE: Final = "country_code"
CONF_APP: Final = "app"

CLOUD_DATAPOINTS: Final = "cloud_datapoints"
MONTHLY_CALLS: Final = "monthly_calls"
RENEWAL_DAY: Final = "renewal_day"

# What the trial edition has, by Tuya's documentation.
DEFAULT_MONTHLY_CALLS: Final = 26_000
FEWEST_CALLS, MOST_CALLS = 1, 10_000_000
DEFAULT_RENEWAL_DAY: Final = 1
LAST_RENEWAL_DAY: Final = 28  # the last that every month has

# Of a hash: nobody has so many projects that two of them share 16 digits.
_ENOUGH_DIGITS: Final = 16

REGIONS: Final = {
    "eu": "https://openapi.tuyaeu.com",
    "eu_west": "https://openapi-weaz.tuyaeu.com",
    "us": "https://openapi.tuyaus.com",
    "us_east": "https://openapi-ueaz.tuyaus.com",
    "china": "https://openapi.tuyacn.com",
    "india": "https://openapi.tuyain.com",
    "singapore": "https://openapi-sg.iotbing.com",
}
APPS: Final = {"smartlife": "Smart Life", "tuyaSmart": "Tuya Smart"}
"""The apps that a user may be registered in: Tuya's schemas and the apps' own names."""


def base_of(region: str) -> str | None:
    """Return the address of a data centre, or of the user's own proxy; None if bad."""
    if region in REGIONS:
        return REGIONS[region]
    try:
        url = URL(region.strip())
    except ValueError:
        return None
    return str(url.origin()) if url.scheme in ("http", "https") and url.host else None


def password_md5(password: str) -> str:
    """Return the form of a password in which Tuya wants it."""
    return hashlib.md5(password.encode(), usedforsecurity=False).hexdigest()


def account_of(cloud: Mapping[str, Any]) -> TuyaAccount:
    """Return the account that an entry's data names."""
    user = None
    if username := cloud.get("username"):
        user = AppUser(
            username=username,
            password_md5=cloud[CONF_PASSWORD_MD5],
            country_code=cloud[CONF_COUNTRY_CODE],
            schema=cloud[CONF_APP],
        )
    return TuyaAccount(
        base=base_of(cloud[CONF_REGION]) or "",
        access_id=cloud[CONF_ACCESS_ID],
        access_secret=cloud[CONF_ACCESS_SECRET],
        user=user,
    )


def project_of(data: Mapping[str, Any]) -> str | None:
    """Return what tells the project of an entry's data from others, and no more of it.

    Tuya counts the calls of a project, whoever makes them. None without a cloud.
    """
    if (cloud := data.get(CONF_CLOUD)) is None:
        return None
    access_id: str = cloud[CONF_ACCESS_ID]
    return hashlib.sha256(access_id.encode()).hexdigest()[:_ENOUGH_DIGITS]


def plan_of(options: Mapping[str, Any]) -> Plan:
    """Return the quota that the user has granted."""
    return Plan(
        limit=int(options.get(MONTHLY_CALLS, DEFAULT_MONTHLY_CALLS)),
        renewal_day=int(options.get(RENEWAL_DAY, DEFAULT_RENEWAL_DAY)),
    )
