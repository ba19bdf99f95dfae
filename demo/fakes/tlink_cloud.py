"""A TLINK cloud: OAuth, lists, history and commands; it pushes what it measures.

It answers as working public clients expect, or strictly by the vendor's
document: reads by GET with a JSON body, other names of fields, no time and no user
where none is promised, errors of a Spring server. In both, `flag` "00" means success
and times are local ones without a zone.
"""

import asyncio
import contextlib
import hashlib
import hmac
import itertools
import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

import aiohttp
from aiohttp import web

from demo.fakes.tlink_devices import local
from demo.fakes.tlink_oauth import TlinkOAuth

if TYPE_CHECKING:
    from collections.abc import Callable

    from demo.fakes.tlink_devices import FakeDevice, FakeSensor, Json

_POST_LIMIT = aiohttp.ClientTimeout(total=30)
_HISTORY_PAGE = 50
_CALLS_A_DAY = 50
_LARGEST_PAGE = 100
_DATES = ("startDate", "endDate")
_READS = frozenset({"getDeviceSensorDatas", "getSensorHistroy"})


class FakeTlinkCloud:
    """The cloud and its pushes; `async with` starts and stops it."""

    def __init__(
        self,
        devices: list[FakeDevice],
        *,
        interval: float = 0,
        zone: str = "Asia/Shanghai",
        now: Callable[[], datetime] | None = None,
        vendor: bool = False,
    ) -> None:
        """Push each ``interval`` seconds, or only on request if it is 0.

        ``vendor`` answers strictly by the vendor's document.
        """
        self.vendor = vendor
        self.devices = devices
        self.interval = interval
        self.zone = ZoneInfo(zone)
        self.oauth = TlinkOAuth(vendor=vendor)
        self.page_size: int | None = None
        """Smaller pages than are asked for, where set."""
        self.push_url = ""
        self.secret = ""
        self.paused = False
        self.unreachable = False
        self.calls: list[str] = []
        self.refused = 0
        """Calls by a method that the vendor's document does not name."""
        self.pictures: dict[str, bytes] = {}
        self.pushed: list[tuple[bytes, int]] = []
        """The body of each push with its answer's status, 0 where none came."""
        self.url = ""
        self._now = now or (lambda: datetime.now(self.zone))
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None
        self._pushing: asyncio.Task[None] | None = None
        self._raw = itertools.count()

    async def __aenter__(self) -> Self:
        """Start on a free port of loopback."""
        app = web.Application()
        app.router.add_post("/oauth/token", self._token)
        app.router.add_post("/api/user/userLogin", self.oauth.user_login)
        app.router.add_post("/api/device/{call}", self._call)
        app.router.add_get("/api/device/{call}", self._call)  # with a body, even so
        app.router.add_get("/pictures/{name}", self._picture)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        self._session = aiohttp.ClientSession(timeout=_POST_LIMIT)
        if self.interval:
            self._pushing = asyncio.create_task(self._push_on())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        if self._pushing is not None:
            self._pushing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._pushing
        if self._session is not None:
            await self._session.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def login(self) -> dict[str, str]:
        """Return the login that a user enters in Home Assistant."""
        return self.oauth.login(self.url)

    def form(self, **advanced: str) -> Json:
        """Return the login as the form has it, with more of its section."""
        login = self.login()
        folded = {"base_url": login.pop("base_url"), **advanced}
        return {**login, "advanced": folded}

    def sensor(self, sensor_id: int) -> FakeSensor:
        """Return a sensor."""
        return next(
            s for d in self.devices for s in d.sensors if s.sensor_id == sensor_id
        )

    # --- pushes ----------------------------------------------------------------------

    def payload(self, device: FakeDevice, at: datetime | None = None) -> bytes:
        """Measure and return what would be pushed, as of another time if given."""
        moment = (at or self._now()).astimezone(self.zone)
        fields = {
            **device.pushed(moment, late=at is not None),
            "deviceUserid": self.oauth.user_id,
            "rawData": f"{next(self._raw):08X}",
        }
        return json.dumps(fields).encode()

    async def push(self, body: bytes, *, secret: str | None = None) -> int:
        """Push a body, signed with the secret unless another is given."""
        key = self.secret if secret is None else secret
        headers = {"Content-Type": "application/json"}
        if key:
            digest = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
            headers["X-TLink-Signature"] = f"sha256={digest}"
        if self._session is None:
            return 0
        try:
            async with self._session.post(
                self.push_url, data=body, headers=headers
            ) as answer:
                status = answer.status
        except aiohttp.ClientError, TimeoutError:
            status = 0
        self.pushed.append((body, status))
        return status

    async def push_all(self, *, ago: timedelta = timedelta()) -> None:
        """Push what all devices measure, or would have measured some time ago."""
        at = self._now() - ago if ago else None
        for device in self.devices:
            if not device.is_lost:
                await self.push(self.payload(device, at))

    async def _push_on(self) -> None:
        while True:
            if self.push_url and not self.paused:
                await self.push_all()
            await asyncio.sleep(self.interval)

    # --- calls -----------------------------------------------------------------------

    async def _token(self, request: web.Request) -> web.Response:
        if self.unreachable:
            return web.Response(status=503)
        return await self.oauth.answer(request)

    async def _call(self, request: web.Request) -> web.Response:
        if self.unreachable:
            return web.Response(status=503)
        if not self.oauth.lets_in(request):
            error = {"error": "invalid_token", "error_description": "expired"}
            return web.json_response(error, status=401)
        call = request.match_info["call"]
        if self.vendor and (call in _READS) is not (request.method == "GET"):
            self.refused += 1
            error = {"error": "Method Not Allowed", "path": request.path}
            return web.json_response({"status": 405, **error}, status=405)
        self.calls.append(call)
        fields = await request.json()
        for name, given, wanted in (
            ("tlinkAppId", request.headers.get("tlinkAppId"), self.oauth.client_id),
            ("userId", fields.get("userId"), self.oauth.user_id),
        ):
            if given != wanted:
                return web.json_response({"flag": "01", "msg": name})
        answer = {
            "getDeviceSensorDatas": self._list,
            "getSensorHistroy": self._history,
            "switcherController": self._switch,
            "deviceWrite": self._write,
            "sendDataPoint": self._send,
        }.get(call, _unknown)
        return web.json_response(answer(fields))

    async def _picture(self, request: web.Request) -> web.Response:
        picture = self.pictures.get(request.match_info["name"])
        if picture is None:
            raise web.HTTPNotFound
        return web.Response(body=picture, content_type="image/png")

    def _list(self, fields: Json) -> Json:
        if int(fields.get("pageSize", 10)) > _LARGEST_PAGE:
            return {"flag": "01", "msg": "pageSize"}
        size = self.page_size or int(fields.get("pageSize", 10))
        page = int(fields.get("currPage", 1))
        devices = [device for device in self.devices if device.is_listed]
        shown = devices[(page - 1) * size : page * size]
        return {
            "flag": "00",
            "msg": "",
            "currPage": page,
            "pages": max(-(-len(devices) // size), 1),
            "pageSize": size,
            "rowCount": len(devices),
            "dataList": [
                {
                    **device.listed(self.zone, vendor=self.vendor),
                    "userId": self.oauth.user_id,
                    "userName": self.oauth.username,
                }
                for device in shown
            ],
        }

    def _history(self, fields: Json) -> Json:
        sensor = self.sensor(int(fields["sensorId"]))
        sensor.calls += 1
        if sensor.calls > _CALLS_A_DAY:
            return {"flag": "01", "msg": "too many calls"}
        readings = [
            (local(at, self.zone), value)
            for at, value in sorted(sensor.history, reverse=True)
        ]
        start, end = ("startTime", "endTime") if self.vendor else _DATES
        found = [row for row in readings if fields[start] <= row[0] <= fields[end]]
        if self.vendor:
            return self._vendor_history(fields, found)
        first = int(fields.get("pagingState") or 0)
        shown = found[first : first + _HISTORY_PAGE]
        more = first + _HISTORY_PAGE < len(found)
        return {
            "flag": "00",
            "msg": "",
            "sensorId": sensor.sensor_id,
            "nextPage": str(first + _HISTORY_PAGE) if more else None,
            "dataList": [
                {"addTime": at, "val": value, "switcher": "", "lat": ""}
                for at, value in shown
            ],
        }

    def _vendor_history(self, fields: Json, found: list[tuple[str, str]]) -> Json:
        """Return a page by its number."""
        page, size = (
            int(fields["currPage"]),
            min(int(fields["pageSize"]), _LARGEST_PAGE),
        )
        return {
            "flag": "00",
            "msg": "",
            "currPage": page,
            "pages": max(-(-len(found) // size), 1),
            "dataList": [
                {"recordTime": at, "value": value}
                for at, value in found[(page - 1) * size : page * size]
            ],
        }

    def _switch(self, fields: Json) -> Json:
        if self.vendor:
            fields = {**fields, "switcher": fields["value"]}
        return self._set(fields, "switcher")

    def _write(self, fields: Json) -> Json:
        return self._set(fields, "value")

    def _set(self, fields: Json, attribute: str) -> Json:
        """Let the device obey at once and report its new state with the next push."""
        sensor = self.sensor(int(fields["sensorId"]))
        name = "deviceId" if self.vendor else "deviceNo"
        (device,) = (d for d in self.devices if sensor in d.sensors)
        if fields.get(name) != (device.device_id if self.vendor else device.number):
            return {"flag": "01", "msg": name}
        setattr(sensor, attribute, str(fields[attribute]))
        sensor.updated = self._now()
        return {"flag": "00", "msg": ""}

    def _send(self, fields: Json) -> Json:
        for row in fields["sensorList" if self.vendor else "sensorDatas"]:
            attribute = "switcher" if "switcher" in row else "value"
            point = {**fields, "value": row.get("string"), **row}
            self._set(point, attribute)
        return {"flag": "00", "msg": ""}


def _unknown(_said: Json) -> Json:
    """Respond to an unknown call."""
    return {"flag": "01", "msg": "unknown call"}
