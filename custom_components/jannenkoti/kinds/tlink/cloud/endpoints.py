"""The login of an account; addresses and spellings of the platform and its labels."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from ..const import (
    CONF_BASE_URL,
    CONF_CLIENT_ID,
    CONF_CLIENT_SECRET,
    CONF_OWN_USER_ID,
    CONF_PASSWORD,
    CONF_PROVIDER,
    CONF_USERNAME,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Login:
    """User name, password and client; never shown."""

    username: str
    password: str = field(repr=False)
    client_id: str
    client_secret: str = field(repr=False)
    user_id: str | None = None
    """The number of the user, where no answer contains it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """Address, paths and field names of one label."""

    base_url: str
    token: str = "/oauth/token"  # noqa: S105 - a path
    user_login: str = "/api/user/userLogin"
    call: str = "/api/device/{call}"
    app_id_header: str = "tlinkAppId"
    access_token: str = "access_token"  # noqa: S105 - the name of a field
    refresh_token: str = "refresh_token"  # noqa: S105 - the name of a field


PROVIDERS: Final = {
    "dtuip": Endpoints(base_url="https://app.dtuip.com"),
    "tlink": Endpoints(base_url="https://api.tlink.io"),
    "tastek": Endpoints(base_url="https://cloud.tastek.cn"),
    "hjznjs": Endpoints(
        base_url="https://api.hjznjs.com",
        user_login="/hapi/user/v3.0/userLogin",
        call="/hapi/device/v3.0/{call}",
        app_id_header="ClientId",
        access_token="accessToken",  # noqa: S106 - the name of a field
        refresh_token="refreshToken",  # noqa: S106 - the name of a field
    ),
}


def endpoints_of(login: Mapping[str, Any]) -> Endpoints:
    """Return the endpoints of a provider, or of the user's own address."""
    endpoints = PROVIDERS[login[CONF_PROVIDER]]
    base_url = login.get(CONF_BASE_URL)
    return replace(endpoints, base_url=base_url) if base_url else endpoints


def login_of(login: Mapping[str, Any]) -> Login:
    """Return the credentials that a user has entered."""
    return Login(
        username=login[CONF_USERNAME],
        password=login[CONF_PASSWORD],
        client_id=login[CONF_CLIENT_ID],
        client_secret=login[CONF_CLIENT_SECRET],
        user_id=login.get(CONF_OWN_USER_ID) or None,
    )
