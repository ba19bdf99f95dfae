"""Speaks with the platform's cloud: OAuth, lists, history, commands."""

import asyncio
import base64
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from aiohttp import ClientError, ClientTimeout

from ..model import SensorType, identifier, integer, number
from .history import Page, parse_page
from .listing import parse_device

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aiohttp import ClientSession

    from ..devices import Listed
    from ..times import Times
    from .endpoints import Endpoints

type Json = dict[str, Any]

_TIMEOUT: Final = ClientTimeout(total=30)
_UNAUTHORIZED: Final = 401
_BAD_REQUEST: Final = 400
_OK: Final = "00"

# A token is renewed this long before it ends, so that no call meets its end.
_EARLY: Final = timedelta(seconds=60)
# The usual life of a token, where the answer does not tell it.
_USUAL_LIFE: Final = 3600.0

_PAGE_SIZE: Final = 100
"""The largest that the platform gives."""
_MOST_PAGES: Final = 50

# Where a data point stands that is no `value`.
_FIELDS: Final[dict[int, str]] = {
    SensorType.SWITCH: "switcher",
    SensorType.INDICATOR: "switcher",
    SensorType.TEXT: "string",
}


class Unreachable(Exception):
    """Try again later; the arguments say what was asked and what came."""

    def __str__(self) -> str:
        """Return them as one text."""
        return " ".join(map(str, self.args))


class BadCredentials(Exception):
    """Ask the user for others."""


class Refused(Exception):
    """The platform will not do this; the argument is what it says."""


@dataclass(frozen=True)
class Login:
    """What lets us in; never shown."""

    username: str
    password: str = field(repr=False)
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True)
class _Token:
    """What one login has given."""

    access: str = field(repr=False)
    refresh: str | None = field(repr=False)
    ends: datetime
    user_id: str


class Cloud:
    """One account in the cloud. Calls wait for each other's login, not for more."""

    def __init__(
        self,
        session: ClientSession,
        endpoints: Endpoints,
        login: Login,
        times: Times,
        now: Callable[[], datetime],
    ) -> None:
        """Log in when something is asked for the first time."""
        self._session = session
        self._endpoints = endpoints
        self._login = login
        self._times = times
        self._now = now
        self._token: _Token | None = None
        self._turn = asyncio.Lock()

    async def async_user_id(self) -> str:
        """Return whose account it is; logs in if need be."""
        return (await self._async_token()).user_id

    async def async_devices(self) -> list[Listed]:
        """Return all devices of the account, of all pages."""
        listed: list[Listed] = []
        for page in range(1, _MOST_PAGES + 1):
            answer = await self._async_call(
                "getDeviceSensorDatas", {"currPage": page, "pageSize": _PAGE_SIZE}
            )
            rows = answer.get("dataList")
            devices = (
                parse_device(row, self._times, self._now())
                for row in (rows if isinstance(rows, list) else ())
            )
            listed += [device for device in devices if device is not None]
            if page >= (integer(answer.get("pages")) or 1):
                break
        return listed

    async def async_history(
        self, sensor_id: str, start: datetime, end: datetime, after: str = ""
    ) -> Page:
        """Return a page of what a sensor said, newest first."""
        answer = await self._async_call(
            "getSensorHistroy",  # So it is spelt.
            {
                "sensorId": _as_number(sensor_id),
                "startDate": self._times.written(start),
                "endDate": self._times.written(end),
                "pagingState": after,
                "pageSize": _PAGE_SIZE,
            },
        )
        return parse_page(sensor_id, answer, self._times, end, self._now())

    async def async_switch(self, number: str, sensor_id: str, *, on: bool) -> None:
        """Switch a sensor on or off."""
        await self._async_call(
            "switcherController",
            {
                "deviceNo": number,
                "sensorId": _as_number(sensor_id),
                "switcher": int(on),
            },
        )

    async def async_write(self, number: str, sensor_id: str, value: str) -> None:
        """Write a value to a sensor."""
        body = {"deviceNo": number, "sensorId": _as_number(sensor_id), "value": value}
        await self._async_call("deviceWrite", body)

    async def async_send(
        self, number: str, values: Mapping[str, str], types: Mapping[str, int]
    ) -> None:
        """Send data points as if the device had said them, each by its type."""
        rows = [
            {"sensorId": _as_number(s), _FIELDS.get(types.get(s, 0), "value"): v}
            for s, v in values.items()
        ]
        await self._async_call(
            "sendDataPoint", {"deviceNo": number, "sensorDatas": rows}
        )

    async def _async_call(self, call: str, body: Json) -> Json:
        """Make a call; with a token that counts no more, once again with a new one."""
        token = await self._async_token()
        status, answer = await self._async_post(call, body, token)
        if status == _UNAUTHORIZED:
            if self._token is token:
                self._token = None
            token = await self._async_token()
            status, answer = await self._async_post(call, body, token)
            if status == _UNAUTHORIZED:
                raise BadCredentials
        if status >= _BAD_REQUEST:
            raise Unreachable(call, "HTTP", status)
        if str(answer.get("flag")) not in {_OK, "0"}:
            raise Refused(str(answer.get("msg") or answer.get("flag"))[:200])
        return answer

    async def _async_post(
        self, call: str, body: Json, token: _Token
    ) -> tuple[int, Json]:
        """Make a call with this token."""
        endpoints = self._endpoints
        headers = {
            "Authorization": f"Bearer {token.access}",
            endpoints.app_id_header: self._login.client_id,
        }
        path = endpoints.call.format(call=call)
        whole = {"userId": _as_number(token.user_id), **body}
        return await self._async_ask(path, json=whole, headers=headers)

    async def _async_token(self) -> _Token:
        """Return a token that counts for a while."""
        async with self._turn:
            if self._token is None or self._now() >= self._token.ends - _EARLY:
                self._token = await self._async_new_token(self._token)
            return self._token

    async def _async_new_token(self, old: _Token | None) -> _Token:
        """Renew a token, or log in anew if that is not possible."""
        if old is not None and old.refresh is not None:
            status, answer = await self._async_grant(
                grant_type="refresh_token",
                refresh_token=old.refresh,
                client_id=self._login.client_id,
                client_secret=self._login.client_secret,
            )
            if status < _BAD_REQUEST and (token := self._parse(answer, old)):
                return token
        status, answer = await self._async_grant(
            grant_type="password",
            username=self._login.username,
            password=self._login.password,
        )
        if status in {_BAD_REQUEST, _UNAUTHORIZED, 403}:
            raise BadCredentials
        if status >= _BAD_REQUEST:
            raise Unreachable("token", "HTTP", status)
        if (token := self._parse(answer, None)) is None:
            raise BadCredentials
        return token

    async def _async_grant(self, **form: str) -> tuple[int, Json]:
        """Ask for a token."""
        client = f"{self._login.client_id}:{self._login.client_secret}"
        basic = base64.b64encode(client.encode()).decode()
        headers = {"Authorization": f"Basic {basic}"}
        return await self._async_ask(self._endpoints.token, data=form, headers=headers)

    async def _async_ask(self, path: str, **more: Any) -> tuple[int, Json]:  # noqa: ANN401 - aiohttp's own
        """Send a request, return status and answer; raises Unreachable."""
        url = f"{self._endpoints.base_url.rstrip('/')}{path}"
        try:
            async with self._session.post(url, timeout=_TIMEOUT, **more) as response:
                body = await response.read()
                answer = json.loads(body) if body else {}
                status = response.status
        except (ClientError, TimeoutError) as err:
            raise Unreachable(type(err).__name__) from err
        except (ValueError, RecursionError) as err:
            raise Unreachable(path, "no JSON") from err
        return status, answer if isinstance(answer, dict) else {}

    def _parse(self, answer: Json, old: _Token | None) -> _Token | None:
        """Read what a login has given; the token knows whose it is."""
        access = answer.get(self._endpoints.access_token)
        user_id = identifier(answer.get("userId")) or (old.user_id if old else None)
        if not isinstance(access, str) or not access or user_id is None:
            return None
        refresh = answer.get(self._endpoints.refresh_token)
        life = number(answer.get("expires_in")) or _USUAL_LIFE
        return _Token(
            access=access,
            refresh=refresh if isinstance(refresh, str) and refresh else None,
            ends=self._now() + timedelta(seconds=min(max(life, 0), 10**9)),
            user_id=user_id,
        )


def _as_number(identity: str) -> int | str:
    """Return an id as the platform counts it."""
    return int(identity) if identity.isdecimal() else identity
