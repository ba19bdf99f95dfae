"""A TLINK cloud: OAuth, lists, history and commands; it pushes what it measures.

It answers as the platform does: POST with a JSON body, `flag` "00" for good, local
times without a zone, fields as strings or numbers as it pleases.
"""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import itertools
import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self
from zoneinfo import ZoneInfo

import aiohttp
from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Callable

type Json = dict[str, Any]

_POST_LIMIT = aiohttp.ClientTimeout(total=30)
_HISTORY_PAGE = 50
_CALLS_A_DAY = 50


@dataclass
class FakeSensor:
    """One sensor; `measure` returns what it shows now."""

    sensor_id: int
    name: str
    type: int
    unit: str = ""
    decimals: int = 1
    measure: Callable[[], float | str] | None = None
    value: str = ""
    switcher: str = ""
    alarm: bool = False
    online: bool = True
    updated: datetime | None = None
    history: list[tuple[datetime, str]] = field(default_factory=list)
    calls: int = 0


@dataclass
class FakeDevice:
    """One device with its sensors."""

    device_id: int
    name: str
    number: str
    sensors: list[FakeSensor]
    lat: str = "60.17"
    lng: str = "24.94"


class FakeTlinkCloud:
    """The cloud and its pushes; `async with` starts and stops it."""

    username = "demo"
    password = "demo-password"  # noqa: S105 - it is made up
    client_id = "client"
    client_secret = "client-secret"  # noqa: S105 - it is made up
    user_id = 902

    def __init__(
        self,
        devices: list[FakeDevice],
        *,
        interval: float = 0,
        zone: str = "Asia/Shanghai",
        now: Callable[[], datetime] | None = None,
    ) -> None:
        """Push each ``interval`` seconds, or only when told to if it is 0."""
        self.devices = devices
        self.interval = interval
        self.zone = ZoneInfo(zone)
        self.token_life = 3600
        self.page_size: int | None = None
        """Smaller pages than are asked for, where set."""
        self.push_url = ""
        self.secret = ""
        self.paused = False
        self.unreachable = False
        self.calls: list[str] = []
        self.grants: list[str] = []
        self.pictures: dict[str, bytes] = {}
        self.pushed: list[tuple[bytes, int]] = []
        """The body of each push with its answer's status, 0 where none came."""
        self.url = ""
        self._now = now or (lambda: datetime.now(self.zone))
        self._tokens: set[str] = set()
        self._refresh: set[str] = set()
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None
        self._pushing: asyncio.Task[None] | None = None
        self._raw = itertools.count()

    async def __aenter__(self) -> Self:
        """Start on a free port of loopback."""
        app = web.Application()
        app.router.add_post("/oauth/token", self._token)
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
        """Return what a user enters to let Home Assistant in."""
        return {
            "provider": "dtuip",
            "base_url": self.url,
            "username": self.username,
            "password": self.password,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
        }

    def sensor(self, sensor_id: int) -> FakeSensor:
        """Return a sensor."""
        return next(
            s for d in self.devices for s in d.sensors if s.sensor_id == sensor_id
        )

    def expire_tokens(self) -> None:
        """Let all tokens count no more."""
        self._tokens.clear()

    def forget_refresh(self) -> None:
        """Let no login be renewed either."""
        self._refresh.clear()

    # --- pushes ----------------------------------------------------------------------

    def payload(self, device: FakeDevice, at: datetime | None = None) -> bytes:
        """Measure and return what would be pushed, as of another time if given."""
        moment = (at or self._now()).astimezone(self.zone)
        rows = [
            self._row(sensor, moment, late=at is not None) for sensor in device.sensors
        ]
        said = {
            "flag": "00",
            "deviceId": device.device_id,
            "deviceUserid": self.user_id,
            "parentUserId": "310",
            "time": moment.strftime("%Y-%m-%d %H:%M:%S"),
            "rawData": f"{next(self._raw):08X}",
            "sensorsDates": rows,
        }
        return json.dumps(said).encode()

    def _row(self, sensor: FakeSensor, moment: datetime, *, late: bool) -> Json:
        if sensor.measure is not None:
            measured = sensor.measure()
            value = (
                f"{measured:.{sensor.decimals}f}"
                if isinstance(measured, int | float)
                else measured
            )
        else:
            value = sensor.value
        if not late:
            sensor.value, sensor.updated = value, moment
        sensor.history.append((moment, value))
        row: Json = {
            "sensorsId": sensor.sensor_id,
            "sensorsTypeId": sensor.type,
            "times": moment.strftime("%H:%M:%S"),
            "isAlarm": str(int(sensor.alarm)),
            "isLine": int(sensor.online),
            "reVal": value,
            "value": value,
        }
        if sensor.switcher:
            row |= {"switcher": sensor.switcher, "value": sensor.switcher}
        return row

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
            await self.push(self.payload(device, at))

    async def _push_on(self) -> None:
        while True:
            if self.push_url and not self.paused:
                await self.push_all()
            await asyncio.sleep(self.interval)

    # --- OAuth -----------------------------------------------------------------------

    async def _token(self, request: web.Request) -> web.Response:
        if self.unreachable:
            return web.Response(status=503)
        form = {**request.query, **await request.post()}
        grant = str(form.get("grant_type"))
        self.grants.append(grant)
        if grant == "password":
            expected = f"{self.client_id}:{self.client_secret}".encode()
            basic = f"Basic {base64.b64encode(expected).decode()}"
            good = request.headers.get("Authorization") == basic and (
                form.get("username"),
                form.get("password"),
            ) == (self.username, self.password)
        else:
            good = form.get("refresh_token") in self._refresh and (
                form.get("client_id"),
                form.get("client_secret"),
            ) == (self.client_id, self.client_secret)
        if not good:
            return web.json_response({"error": "invalid_grant"}, status=401)
        access, refresh = secrets.token_hex(16), secrets.token_hex(16)
        self._tokens.add(access)
        self._refresh.add(refresh)
        return web.json_response(
            {
                "access_token": access,
                "token_type": "bearer",
                "refresh_token": refresh,
                "expires_in": self.token_life,
                "scope": "tlink",
                "clientId": self.client_id,
                "clientSecret": self.client_secret,
                "userId": self.user_id,
            }
        )

    # --- calls -----------------------------------------------------------------------

    async def _call(self, request: web.Request) -> web.Response:
        if self.unreachable:
            return web.Response(status=503)
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if bearer not in self._tokens:
            return web.json_response({"error": "invalid_token"}, status=401)
        call = request.match_info["call"]
        self.calls.append(call)
        said = await request.json()
        if request.headers.get("tlinkAppId") != self.client_id:
            return web.json_response({"flag": "01", "msg": "tlinkAppId"})
        if said.get("userId") != self.user_id:
            return web.json_response({"flag": "01", "msg": "userId"})
        answer = {
            "getDeviceSensorDatas": self._list,
            "getSensorHistroy": self._history,
            "switcherController": self._switch,
            "deviceWrite": self._write,
            "sendDataPoint": self._send,
        }.get(call)
        if answer is None:
            return web.json_response({"flag": "01", "msg": "unknown call"})
        return web.json_response(answer(said))

    async def _picture(self, request: web.Request) -> web.Response:
        picture = self.pictures.get(request.match_info["name"])
        if picture is None:
            raise web.HTTPNotFound
        return web.Response(body=picture, content_type="image/png")

    def _list(self, said: Json) -> Json:
        size = self.page_size or int(said.get("pageSize", 10))
        page = int(said.get("currPage", 1))
        shown = self.devices[(page - 1) * size : page * size]
        return {
            "flag": "00",
            "msg": "",
            "currPage": page,
            "pages": max(-(-len(self.devices) // size), 1),
            "pageSize": size,
            "rowCount": len(self.devices),
            "dataList": [self._listed(device) for device in shown],
        }

    def _listed(self, device: FakeDevice) -> Json:
        return {
            "id": device.device_id,
            "deviceName": device.name,
            "deviceNo": device.number,
            "userId": self.user_id,
            "userName": self.username,
            "createDate": "2024-11-01 10:00:00",
            "defaultTimescale": 60,
            "isLine": 1,
            "isAlarms": str(int(any(sensor.alarm for sensor in device.sensors))),
            "isDelete": 0,
            "lat": device.lat,
            "lng": device.lng,
            "linktype": "mqtt",
            "sensorsList": [self._listed_sensor(device, s) for s in device.sensors]
            # A device without sensors has one placeholder.
            or [{"id": 0, "deviceId": device.device_id, "sensorName": ""}],
        }

    def _listed_sensor(self, device: FakeDevice, sensor: FakeSensor) -> Json:
        row: Json = {
            "id": sensor.sensor_id,
            "deviceId": device.device_id,
            "sensorName": sensor.name,
            "sensorTypeId": sensor.type,
            "value": sensor.value,
            "switcher": sensor.switcher,
            "unit": sensor.unit,
            "decimalPlacse": str(sensor.decimals),
            "isLine": int(sensor.online),
            "isAlarms": str(int(sensor.alarm)),
            "isMapping": 0,
            "isDelete": 0,
            "ordernum": 0,
        }
        if sensor.updated is not None:
            row["updateDate"] = self._local(sensor.updated)
        return row

    def _history(self, said: Json) -> Json:
        sensor = self.sensor(int(said["sensorId"]))
        sensor.calls += 1
        if sensor.calls > _CALLS_A_DAY:
            return {"flag": "01", "msg": "too many calls"}
        found = [
            (at, value)
            for at, value in sorted(sensor.history, reverse=True)
            if said["startDate"] <= self._local(at) <= said["endDate"]
        ]
        start = int(said.get("pagingState") or 0)
        shown = found[start : start + _HISTORY_PAGE]
        more = start + _HISTORY_PAGE < len(found)
        return {
            "flag": "00",
            "msg": "",
            "sensorId": sensor.sensor_id,
            "nextPage": str(start + _HISTORY_PAGE) if more else None,
            "dataList": [
                {"addTime": self._local(at), "val": value, "switcher": "", "lat": ""}
                for at, value in shown
            ],
        }

    def _switch(self, said: Json) -> Json:
        return self._set(said, "switcher")

    def _write(self, said: Json) -> Json:
        return self._set(said, "value")

    def _set(self, said: Json, attribute: str) -> Json:
        """Let the device obey at once and tell its new state with the next push."""
        sensor = self.sensor(int(said["sensorId"]))
        numbers = [d.number for d in self.devices if sensor in d.sensors]
        if said.get("deviceNo") not in numbers:
            return {"flag": "01", "msg": "deviceNo"}
        setattr(sensor, attribute, str(said[attribute]))
        sensor.updated = self._now()
        return {"flag": "00", "msg": ""}

    def _send(self, said: Json) -> Json:
        for row in said["sensorDatas"]:
            attribute = "switcher" if "switcher" in row else "value"
            point = {"deviceNo": said["deviceNo"], "value": row.get("string"), **row}
            self._set(point, attribute)
        return {"flag": "00", "msg": ""}

    def _local(self, moment: datetime) -> str:
        return moment.astimezone(self.zone).strftime("%Y-%m-%d %H:%M:%S")
