"""Tuya's OpenAPI for one account: login, signature, requests.

https://developer.tuya.com/en/docs/cloud/ - a project logs in with its key and secret
alone, or also with a user of the Tuya or Smart Life app.
"""

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import quote, urlencode

import aiohttp
from yarl import URL

from .....lib.response_body import ACCEPTED, async_parse_json, async_read_body
from ..driver import BadCredentials, CommandRefused, Unreachable
from .responses import (
    CloudDevice,
    CloudStatus,
    TokenRefused,
    device_page,
    device_status,
    result_of,
)
from .signature import signature, string_to_sign

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TIMEOUT: Final = aiohttp.ClientTimeout(total=10)
_REDIRECTED: Final = HTTPStatus.MULTIPLE_CHOICES
# The details of all devices of a large account take some hundred kilobytes.
_LONGEST_BODY: Final = 2_000_000
# The last two: a body that is too large, or that is no JSON.
_TRANSPORT_ERRORS: Final = (
    aiohttp.ClientError,
    TimeoutError,
    ValueError,
    RecursionError,
)
_RENEW_BEFORE: Final = 60.0  # s
_PAGE: Final = 50
# No home has more than a thousand devices.
_MOST_PAGES: Final = 20

type _Method = Literal["GET", "POST"]


@dataclass(frozen=True, kw_only=True)
class AppUser:
    """The login of a user of the Tuya or Smart Life app."""

    username: str = field(repr=False)
    password_md5: str = field(repr=False)
    """The form of the password that the cloud requires; no other is stored."""
    country_code: str
    schema: str
    """Which app: ``tuyaSmart`` or ``smartlife``."""


@dataclass(frozen=True, kw_only=True)
class TuyaAccount:
    """A project on Tuya's developer platform."""

    base: str
    """The address of its data center."""
    access_id: str = field(repr=False)
    access_secret: str = field(repr=False)
    user: AppUser | None = None


@dataclass(frozen=True, kw_only=True)
class _Token:
    access: str = field(repr=False)
    refresh: str = field(repr=False)
    user_id: str
    ends: float
    """Unix time."""


class OpenApi:
    """One account; raises DriverError and nothing else."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        account: TuyaAccount,
        *,
        clock: Callable[[], float],
        on_call: Callable[[], None] = lambda: None,
    ) -> None:
        """Use a shared session, and a clock of Unix time.

        ``on_call`` is called for every request, because the cloud counts them.
        """
        self._session = session
        self._account = account
        self._clock = clock
        self._on_call = on_call
        self._token: _Token | None = None

    async def async_devices(self) -> list[CloudDevice]:
        """Return the devices of the account."""
        if self._account.user is not None:
            token = await self._async_token()
            found = await self._async_ask("GET", f"/v1.0/users/{token.user_id}/devices")
            return list(device_page(found).devices)
        devices: list[CloudDevice] = []
        query = {"size": str(_PAGE)}
        for _ in range(_MOST_PAGES):
            path = "/v1.0/iot-01/associated-users/devices"
            page = device_page(await self._async_ask("GET", path, query))
            devices += page.devices
            if page.next_key is None:
                break
            query["last_row_key"] = page.next_key
        return devices

    async def async_specification(self, device_id: str) -> object:
        """Return which data points a device has, unparsed."""
        return await self._async_ask("GET", f"/v1.1/devices/{device_id}/specifications")

    async def async_status(self, device_id: str) -> CloudStatus:
        """Return the last known state of a device, in one call."""
        result = await self._async_ask("GET", f"/v1.0/devices/{device_id}")
        return device_status(result)

    async def async_command(
        self, device_id: str, values: Mapping[str, bool | float | str]
    ) -> None:
        """Set data points by their codes, all in one call."""
        commands = [{"code": code, "value": value} for code, value in values.items()]
        path = f"/v1.0/iot-03/devices/{device_id}/commands"
        body = json.dumps({"commands": commands}).encode()
        if await self._async_ask("POST", path, body=body) is not True:
            raise CommandRefused

    async def _async_ask(
        self,
        method: _Method,
        path: str,
        query: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> object:
        """Send a request; if the token is refused, once more with a new one."""
        token = await self._async_token()
        try:
            return await self._async_call(method, path, query, body, token.access)
        except TokenRefused:
            self._token = None
        token = await self._async_token()
        try:
            return await self._async_call(method, path, query, body, token.access)
        except TokenRefused as err:
            raise Unreachable from err

    async def _async_token(self) -> _Token:
        """Return a valid token: the current, a renewed or a new one."""
        token = self._token
        if token is not None and token.ends - self._clock() < _RENEW_BEFORE:
            self._token = None
            try:
                path = f"/v1.0/token/{token.refresh}"
                self._token = self._taken(await self._async_call("GET", path))
            except TokenRefused, CommandRefused:
                pass  # It was renewed by another client, or has expired.
        if self._token is None:
            self._token = await self._async_log_in()
        return self._token

    async def _async_log_in(self) -> _Token:
        """Log in; raises BadCredentials if the cloud refuses the account."""
        try:
            if (user := self._account.user) is None:
                query = {"grant_type": "1"}
                return self._taken(
                    await self._async_call("GET", "/v1.0/token", query=query)
                )
            login = {
                "username": user.username,
                "password": user.password_md5,
                "country_code": user.country_code,
                "schema": user.schema,
            }
            path = "/v1.0/iot-01/associated-users/actions/authorized-login"
            body = json.dumps(login).encode()
            return self._taken(await self._async_call("POST", path, body=body))
        except (TokenRefused, CommandRefused) as err:
            raise BadCredentials(*err.args) from err

    def _taken(self, result: object) -> _Token:
        """Parse a token."""
        if not isinstance(result, dict):
            raise Unreachable
        try:
            return _Token(
                access=str(result["access_token"]),
                refresh=str(result["refresh_token"]),
                user_id=str(result.get("uid", "")),
                ends=self._clock() + float(result["expire_time"]),
            )
        except (KeyError, TypeError, ValueError) as err:
            raise Unreachable from err

    async def _async_call(
        self,
        method: _Method,
        path: str,
        query: Mapping[str, str] | None = None,
        body: bytes = b"",
        token: str = "",
    ) -> object:
        """Send one signed request and return its result."""
        pairs = urlencode(sorted((query or {}).items()), quote_via=quote)
        self._on_call()
        try:
            async with self._session.request(
                method,
                URL(f"{self._account.base}{path}?{pairs}".rstrip("?"), encoded=True),
                data=body or None,
                headers=self._headers(method, path, query or {}, body, token),
                timeout=_TIMEOUT,
                # What is signed is meant for this host only.
                allow_redirects=False,
                auto_decompress=False,
            ) as answer:
                if _REDIRECTED <= answer.status < HTTPStatus.BAD_REQUEST:
                    raise Unreachable
                raw = await async_read_body(answer, _LONGEST_BODY)
            return result_of(await async_parse_json(raw))
        except _TRANSPORT_ERRORS as err:
            raise Unreachable from err

    def _headers(
        self,
        method: _Method,
        path: str,
        query: Mapping[str, str],
        body: bytes,
        token: str,
    ) -> dict[str, str]:
        """Return the headers of a request, with its signature."""
        its_id, secret = self._account.access_id, self._account.access_secret
        milliseconds = str(int(self._clock() * 1000))
        text = string_to_sign(method, path, query, body)
        return {
            "client_id": its_id,
            "access_token": token,
            "t": milliseconds,
            "sign_method": "HMAC-SHA256",
            "sign": signature(its_id, secret, token, milliseconds, text),
            "lang": "en",
            "Content-Type": "application/json",
            **ACCEPTED,
        }
