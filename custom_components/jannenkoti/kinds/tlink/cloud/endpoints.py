"""Where the platform and its white labels answer, and how they want to be asked."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from ..const import CONF_BASE_URL, CONF_PROVIDER

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """How one label of the platform spells the same calls."""

    base_url: str
    token: str = "/oauth/token"  # noqa: S105 - a path
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
        call="/hapi/device/v3.0/{call}",
        app_id_header="ClientId",
        access_token="accessToken",  # noqa: S106 - the name of a field
        refresh_token="refreshToken",  # noqa: S106 - the name of a field
    ),
}


def endpoints_of(said: Mapping[str, Any]) -> Endpoints:
    """Return the endpoints of a provider, or of the user's own address."""
    endpoints = PROVIDERS[said[CONF_PROVIDER]]
    base_url = said.get(CONF_BASE_URL)
    return replace(endpoints, base_url=base_url) if base_url else endpoints
