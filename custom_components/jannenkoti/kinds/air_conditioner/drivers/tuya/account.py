"""Which account on Tuya's cloud an entry uses, and how many of its calls."""

import hashlib
from typing import TYPE_CHECKING, Any, Final

from yarl import URL

from .....lib.quota import Plan
from .openapi import AppUser, TuyaAccount

if TYPE_CHECKING:
    from collections.abc import Mapping

CONF_CLOUD: Final = "cloud"
"""The key of the account in the entry's data; missing without a cloud."""
CONF_REGION: Final = "region"
"""A data center, or the address of a proxy of the user."""
CONF_BASE_URL: Final = "base_url"
"""The field for that address; it is stored as the region."""
CONF_ACCESS_ID: Final = "access_id"
CONF_ACCESS_SECRET: Final = "access_secret"  # noqa: S105 - a key's name
CONF_PASSWORD_MD5: Final = "password_md5"  # noqa: S105 - a key's name
CONF_COUNTRY_CODE: Final = "country_code"
CONF_APP: Final = "app"

CLOUD_DATAPOINTS: Final = "cloud_datapoints"
MONTHLY_CALLS: Final = "monthly_calls"
RENEWAL_DAY: Final = "renewal_day"

# The trial edition, according to Tuya's documentation.
DEFAULT_MONTHLY_CALLS: Final = 26_000
FEWEST_CALLS, MOST_CALLS = 1, 10_000_000
DEFAULT_RENEWAL_DAY: Final = 1
LAST_RENEWAL_DAY: Final = 28  # the last that every month has

# Digits of a hash; with 16 no two projects of a home share them.
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
"""Tuya's schemas of apps with the names of the apps."""


def base_of(region: str) -> str | None:
    """Return the address of a data center or proxy; None if it is invalid."""
    if region in REGIONS:
        return REGIONS[region]
    try:
        url = URL(region.strip())
    except ValueError:
        return None
    return str(url.origin()) if url.scheme in ("http", "https") and url.host else None


def password_md5(password: str) -> str:
    """Return a password in the form that Tuya requires."""
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
    """Return an identifier of the project of an entry; None without a cloud.

    Tuya counts the calls of a project, whichever entry makes them.
    """
    if (cloud := data.get(CONF_CLOUD)) is None:
        return None
    access_id: str = cloud[CONF_ACCESS_ID]
    return hashlib.sha256(access_id.encode()).hexdigest()[:_ENOUGH_DIGITS]


def plan_of(options: Mapping[str, Any]) -> Plan:
    """Return the quota that the user has set."""
    return Plan(
        limit=int(options.get(MONTHLY_CALLS, DEFAULT_MONTHLY_CALLS)),
        renewal_day=int(options.get(RENEWAL_DAY, DEFAULT_RENEWAL_DAY)),
    )
