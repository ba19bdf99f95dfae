"""HTTP requests to the cloud: bounded answers, no redirects, login kept and renewed."""

import asyncio
import base64
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from aiohttp import ClientConnectorError, ClientError, ClientTimeout, InvalidURL

from ....lib.reading import read_number
from ....lib.response_body import (
    ACCEPTED,
    BadBody,
    async_parse_json,
    async_read_body,
)
from ..model import identifier, integer
from .errors import BadCredentials, Problem, Unreachable, UserIdMissing

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp import ClientSession

    from .endpoints import Endpoints, Login

type Json = dict[str, Any]

_TIMEOUT: Final = ClientTimeout(total=30)
_LARGEST_ANSWER: Final = 8 << 20
"""A page of a hundred devices with forty sensors each has about a megabyte."""

_REDIRECT: Final = 300
_BAD_REQUEST: Final = 400
_UNAUTHORIZED: Final = 401
_FORBIDDEN: Final = 403
_WRONG_METHOD: Final = 405
_BUSY: Final = frozenset({408, 429})
_SERVER_ERROR: Final = 500

_UNREADABLE: Final = Problem.UNREADABLE
_EXPIRED: Final = ("invalid_token", "expired_token")
_LONGEST_TOKEN: Final = 8192
_SHORTEST_SECRET: Final = 4
"""A shorter one would be found in the middle of words."""
_REDACTED: Final = "**REDACTED**"

_CODES: Final = ("code", "status", "errcode")
_PAGE: Final = "page"
"""Stands for the body of an error that is no JSON, as a firewall or proxy sends it."""
# Errors of an OAuth or Spring server that do not mean that the login is wrong.
_TRANSIENT: Final = frozenset(
    {
        _PAGE,
        *("server_error", "temporarily_unavailable", "slow_down"),
        *("too many requests", "service unavailable", "internal server error"),
        *("bad gateway", "gateway timeout", "request timeout"),
    }
)
_OTHER_METHOD: Final = {"POST": "GET", "GET": "POST"}

_USER_IDS: Final = ("userId", "user_id", "userid")

# A token is renewed this long before it expires, so that no call meets its end.
_EARLY: Final = timedelta(seconds=60)
# The usual life of a token, where the answer does not contain it.
_USUAL_LIFE: Final = 3600.0


@dataclass(frozen=True)
class _Token:
    """Access and refresh token of one login."""

    access: str = field(repr=False)
    refresh: str | None = field(repr=False)
    ends: datetime
    user_id: str


class Transport:
    """Makes calls in the name of one user. Calls wait for each other's login."""

    def __init__(
        self,
        session: ClientSession,
        endpoints: Endpoints,
        login: Login,
        now: Callable[[], datetime],
    ) -> None:
        """Initialize; the first call logs in."""
        self._session = session
        self._endpoints = endpoints
        self._login = login
        self._now = now
        self._token: _Token | None = None
        self._turn = asyncio.Lock()
        self._read_method = "POST"

    async def async_user_id(self) -> str:
        """Return the number of the user; logs in if needed."""
        return (await self._async_token()).user_id

    def without_secrets(self, text: str) -> str:
        """Return a text of the cloud, which may repeat what it was sent."""
        login, token = self._login, self._token
        secrets = [login.password, login.client_secret]
        if token is not None:
            secrets += [token.access, token.refresh or ""]
        for secret in sorted(secrets, key=len, reverse=True):
            if len(secret) >= _SHORTEST_SECRET:
                text = text.replace(secret, _REDACTED)
        return text

    async def async_call(self, call: str, body: Json, *, read: bool = False) -> Json:
        """Make a call; with an expired token, once again with a new one.

        Raises Unreachable, BadCredentials and UserIdMissing.
        """
        token = await self._async_token()
        status, answer = await self._async_send(call, body, token, read=read)
        if _is_expired(status, answer):
            if self._token is token:
                self._token = None
            token = await self._async_token()
            status, answer = await self._async_send(call, body, token, read=read)
            if _is_expired(status, answer):
                raise BadCredentials
        if status >= _BAD_REQUEST:
            raise Unreachable(Problem.HTTP_STATUS, call, str(status))
        return answer

    async def _async_send(
        self, call: str, body: Json, token: _Token, *, read: bool
    ) -> tuple[int, Json]:
        """Make a call with this token; a read by the method that the label takes."""
        endpoints = self._endpoints
        headers = {
            "Authorization": f"Bearer {token.access}",
            endpoints.app_id_header: self._login.client_id,
        }
        path = endpoints.call.format(call=call)
        whole = {"userId": as_number(token.user_id), **body}
        if not read:
            return await self._async_ask("POST", path, json=whole, headers=headers)
        method = self._read_method
        status, answer = await self._async_ask(
            method, path, json=whole, headers=headers
        )
        if status == _WRONG_METHOD:
            method = _OTHER_METHOD[method]
            status, answer = await self._async_ask(
                method, path, json=whole, headers=headers
            )
            if status < _BAD_REQUEST:
                self._read_method = method
        return status, answer

    async def _async_token(self) -> _Token:
        """Return a token that is valid for a while."""
        async with self._turn:
            if self._token is None or self._now() >= self._token.ends - _EARLY:
                self._token = await self._async_new_token(self._token)
            return self._token

    async def _async_new_token(self, old: _Token | None) -> _Token:
        """Renew a token, or log in again if that is not possible."""
        if old is not None and old.refresh is not None:
            status, answer = await self._async_grant(
                grant_type="refresh_token",
                refresh_token=old.refresh,
                client_id=self._login.client_id,
                client_secret=self._login.client_secret,
            )
            if status < _BAD_REQUEST and self._access(answer):
                return self._parse(answer, self._user_id(answer) or old.user_id)
        status, answer = await self._async_grant(
            grant_type="password",
            username=self._login.username,
            password=self._login.password,
        )
        if status >= _BAD_REQUEST or not self._access(answer):
            if _is_refused(status, answer):
                raise BadCredentials
            problem = Problem.HTTP_STATUS if status >= _BAD_REQUEST else _UNREADABLE
            raise Unreachable(problem, "token", str(status))
        user_id = self._user_id(answer) or await self._async_own_user_id()
        return self._parse(answer, user_id)

    async def _async_own_user_id(self) -> str:
        """Return the number of the user by a call of its own; raises UserIdMissing."""
        body = {
            "userName": self._login.username,
            "password": self._login.password,
            "apiKey": self._login.client_id,
        }
        status, answer = await self._async_ask(
            "POST", self._endpoints.user_login, json=body
        )
        if status in _BUSY or status >= _SERVER_ERROR:
            raise Unreachable(Problem.HTTP_STATUS, "userLogin", str(status))
        found = self._user_id(answer) or identifier(answer.get("id"))
        if status >= _BAD_REQUEST or found is None:
            raise UserIdMissing
        return found

    async def _async_grant(self, **form: str) -> tuple[int, Json]:
        """Ask for a token."""
        client = f"{self._login.client_id}:{self._login.client_secret}"
        basic = base64.b64encode(client.encode()).decode()
        headers = {"Authorization": f"Basic {basic}"}
        return await self._async_ask(
            "POST", self._endpoints.token, data=form, headers=headers
        )

    async def _async_ask(
        self,
        method: str,
        path: str,
        *,
        headers: dict[str, str] | None = None,
        json: Json | None = None,
        data: dict[str, str] | None = None,
    ) -> tuple[int, Json]:
        """Send a request, return status and answer; raises Unreachable."""
        url = f"{self._endpoints.base_url.rstrip('/')}{path}"
        call = path.rpartition("/")[2]
        try:
            async with self._session.request(
                method,
                url,
                timeout=_TIMEOUT,
                headers={**ACCEPTED, **(headers or {})},
                json=json,
                data=data,
                # Credentials must not reach another host.
                allow_redirects=False,
                auto_decompress=False,
            ) as response:
                status = response.status
                if _REDIRECT <= status < _BAD_REQUEST:
                    raise Unreachable(Problem.REDIRECTED, call, str(status))
                body = await async_read_body(response, _LARGEST_ANSWER)
        except (ClientConnectorError, InvalidURL) as err:
            raise Unreachable(Problem.NOT_CONNECTED, call) from err
        except (ClientError, TimeoutError) as err:
            raise Unreachable(Problem.NO_ANSWER, call) from err
        except BadBody as err:
            raise Unreachable(Problem.UNREADABLE, call) from err
        return status, await _async_parse(body, call, status)

    def _access(self, answer: Json) -> str | None:
        """Return the access token of an answer; None if it cannot be used."""
        access = answer.get(self._endpoints.access_token)
        if not isinstance(access, str) or len(access) > _LONGEST_TOKEN:
            return None
        # It becomes a header, in which a line break would begin another one.
        return access if access.isascii() and access.isprintable() else None

    def _user_id(self, answer: Json) -> str | None:
        """Return the number of the user: as entered, or as in the answer."""
        found = (identifier(answer.get(name)) for name in _USER_IDS)
        return self._login.user_id or next((it for it in found if it), None)

    def _parse(self, answer: Json, user_id: str) -> _Token:
        """Return the token of an answer."""
        refresh = answer.get(self._endpoints.refresh_token)
        life = read_number(answer.get("expires_in")) or _USUAL_LIFE
        return _Token(
            access=self._access(answer) or "",
            refresh=refresh if isinstance(refresh, str) and refresh else None,
            ends=self._now() + timedelta(seconds=min(max(life, 0), 10**9)),
            user_id=user_id,
        )


def _is_expired(status: int, answer: Json) -> bool:
    """Return whether a token does not count any more; some servers answer 200 then."""
    return status == _UNAUTHORIZED or answer.get("error") in _EXPIRED


def _is_refused(status: int, answer: Json) -> bool:
    """Return whether an answer without a token says that the login is wrong.

    A firewall or an overloaded server answers 400, 403 or 200 as well, with a page or
    with another error in the body.
    """
    if status == _UNAUTHORIZED:
        return True
    if status >= _BAD_REQUEST and status not in {_BAD_REQUEST, _FORBIDDEN}:
        return False
    code = next((n for n in map(integer, map(answer.get, _CODES)) if n is not None), 0)
    error = answer.get("error")
    is_transient = isinstance(error, str) and error.casefold() in _TRANSIENT
    return not (is_transient or code in _BUSY or code >= _SERVER_ERROR)


async def _async_parse(body: bytes, call: str, status: int) -> Json:
    """Return the object of an answer; raises Unreachable.

    The body of an error may be anything, because its status is sufficient.
    """
    if not body:
        return {}
    try:
        answer = await async_parse_json(body)
    except (ValueError, RecursionError) as err:
        if status >= _BAD_REQUEST:
            return {"error": _PAGE}
        raise Unreachable(Problem.UNREADABLE, call) from err
    return answer if isinstance(answer, dict) else {}


def as_number(identity: str) -> int | str:
    """Return an id as a number, as the platform does."""
    return int(identity) if identity.isascii() and identity.isdecimal() else identity
