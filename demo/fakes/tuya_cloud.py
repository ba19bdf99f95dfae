"""Tuya's cloud, as far as a home asks it: OpenAPI with signatures, tokens and limits.

Written from Tuya's documentation and not from our client, so that one checks the other;
`tinytuya.Cloud` checks both. Messages and codes are those of the real one.
"""

import asyncio
import contextlib
import json
import time
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from aiohttp import web

from demo.physics import Fan, Mode

from .tuya_account import CloudError, TuyaAccount

if TYPE_CHECKING:
    import ssl

    from demo.house import House

_TICK = 0.1
_REMEMBERED = 10_000

_PERMISSION_DENY = (1106, "permission deny")
_PATH_INVALID = (1108, "uri path invalid")
_OFFLINE = (2001, "device is offline")
_NOT_SUPPORTED = (2008, "command or value not support")
_EXPIRED = (
    28841002,
    "No permissions. Your subscription to cloud development plan has expired.",
)
_USED_UP = (28841004, "No permissions. Your quota of Trial Edition is used up.")

FUNCTIONS: list[dict[str, Any]] = [
    {"code": "switch", "dp_id": 1, "type": "Boolean", "values": "{}"},
    {
        "code": "temp_set",
        "dp_id": 2,
        "type": "Integer",
        "values": '{"unit":"℃","min":16,"max":31,"scale":0,"step":1}',
    },
    {
        "code": "mode",
        "dp_id": 4,
        "type": "Enum",
        "values": '{"range":["cold","wet","wind","hot"]}',
    },
    {
        "code": "fan_speed_enum",
        "dp_id": 5,
        "type": "Enum",
        "values": '{"range":["low","mid","high","auto"]}',
    },
]
_CURRENT = {
    "code": "temp_current",
    "dp_id": 3,
    "type": "Integer",
    "values": '{"unit":"℃","min":-20,"max":100,"scale":0,"step":1}',
}


class FakeTuyaCloud(TuyaAccount):
    """The cloud with one account and one device; `async with` starts and stops it."""

    def __init__(
        self,
        house: House,
        *,
        device_id: str = "bf0123456789abcdefghij",
        local_key: str = "demohouse.key.01",
        lag: float = 1.0,
    ) -> None:
        """Serve the unit of a house, as it was ``lag`` seconds ago."""
        super().__init__()
        self.house = house
        self.device_id = device_id
        self.twins: list[str] = []
        """Further devices of the account, which are and do what the first does."""
        self.local_key = local_key
        self.lag = lag
        """How far its picture of the device lies behind, s; real ones up to 120."""
        self.online = True
        self.expired = False
        self.left: int | None = None
        """Calls that are left of the month; None for no end."""
        self.deaf = False
        """Whether it stopped receiving reports without reporting the device offline."""
        self.calls: list[str] = []
        """What was asked, oldest first."""
        self.commands: list[dict[str, Any]] = []
        """What clients wrote, oldest first."""
        self._history: deque[tuple[float, list[dict[str, Any]]]] = deque(
            maxlen=_REMEMBERED
        )
        self._runner: web.AppRunner | None = None
        self._looking: asyncio.Task[None] | None = None
        self.port = 0

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self.stop()

    async def start(self, context: ssl.SSLContext | None = None) -> None:
        """Serve on a free port, over TLS if there is a context for it."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, ssl_context=context)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self._look()
        self._looking = asyncio.create_task(self._keep_looking())

    async def stop(self) -> None:
        """Leave nothing behind."""
        if self._runner is None or self._looking is None:
            return
        self._looking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._looking
        await self._runner.cleanup()
        self._runner = self._looking = None

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(_TICK)
            self._look()

    def _look(self) -> None:
        """Record the state of the device if it changed."""
        now, status = time.time(), self._shown()
        if self.deaf or not self.online:
            return
        if not self._history or self._history[-1][1] != status:
            self._history.append((now, status))
        # The newest of those that are old enough, and all after it, are enough.
        while len(self._history) > 1 and self._history[1][0] <= now - self.lag:
            self._history.popleft()

    def _shown(self) -> list[dict[str, Any]]:
        unit = self.house.unit
        values = {
            "switch": unit.power,
            "temp_set": unit.target,
            "temp_current": round(self.house.room.temperature),
            "mode": unit.mode.value,
            "fan_speed_enum": unit.fan.value,
        }
        return [{"code": code, "value": value} for code, value in values.items()]

    async def _answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.calls.append(f"{request.method} {request.path}")
        answer: dict[str, Any] = {"t": int(time.time() * 1000), "tid": "demo"}
        try:
            answer |= {"success": True, "result": self._result(request, body)}
        except CloudError as err:
            code, message = err.args
            answer |= {"success": False, "code": code, "msg": message}
        return web.json_response(answer)

    def _result(self, request: web.Request, body: bytes) -> object:
        self.check_signature(request, body)
        path = request.path
        if path.startswith("/v1.0/token"):
            return self.give_token(request)
        if path.endswith("/authorized-login"):
            return self.log_in(json.loads(body))
        self.check_token(request)
        if self.expired:
            raise CloudError(*_EXPIRED)
        if self.left is not None:
            if self.left <= 0:
                raise CloudError(*_USED_UP)
            self.left -= 1
        return self._serve(request, body)

    def _serve(self, request: web.Request, body: bytes) -> object:
        path, ids = request.path, (self.device_id, *self.twins)
        if request.method == "POST":
            if path in {f"/v1.0/iot-03/devices/{its}/commands" for its in ids}:
                return self._obey(json.loads(body)["commands"])
            raise CloudError(*_PERMISSION_DENY)
        answers = self._lists()
        for its in ids:
            answers |= self._details(its)
        if path not in answers:
            known = "/devices/" in path
            raise CloudError(*(_PERMISSION_DENY if known else _PATH_INVALID))
        return answers[path]

    def _lists(self) -> dict[str, object]:
        rows = [self._device(its) for its in (self.device_id, *self.twins)]
        end = {"has_more": False, "last_row_key": "", "total": len(rows)}
        return {
            "/v1.0/iot-01/associated-users/devices": {"devices": rows, **end},
            "/v1.3/iot-03/devices": {"list": rows, **end},
            f"/v1.0/users/{self.user_id}/devices": rows,
            "/v1.0/devices/factory-infos": [
                {"id": self.device_id, "mac": "0200deadbeef"}
            ],
        }

    def _details(self, its: str) -> dict[str, object]:
        iot = f"/v1.0/iot-03/devices/{its}"
        return {
            f"/v1.0/devices/{its}": self._device(its),
            f"{iot}/status": self._known(),
            f"{iot}/functions": {"category": "kt", "functions": FUNCTIONS},
            f"{iot}/specification": self._specification(),
            f"/v1.1/devices/{its}/specifications": self._specification(),
        }

    def _device(self, its: str) -> dict[str, Any]:
        return {
            "id": its,
            "uid": self.user_id,
            "name": "Air conditioner" if its == self.device_id else its,
            "category": "kt",
            "product_id": "demoproduct",
            "product_name": "Split unit",
            "local_key": self.local_key,
            "online": self.online,
            "ip": "203.0.113.7",
            "sub": False,
            "status": self._known(),
        }

    def _specification(self) -> dict[str, Any]:
        return {
            "category": "kt",
            "functions": FUNCTIONS,
            "status": [*FUNCTIONS, _CURRENT],
        }

    def _known(self) -> list[dict[str, Any]]:
        """Return the recorded state, which lags behind the device."""
        self._look()
        return self._history[0][1]

    def _obey(self, commands: list[dict[str, Any]]) -> bool:
        if not self.online:
            raise CloudError(*_OFFLINE)
        if self.deaf:
            return True  # It reports success, and nothing happens.
        values = {command["code"]: command["value"] for command in commands}
        if not values.keys() <= {function["code"] for function in FUNCTIONS}:
            raise CloudError(*_NOT_SUPPORTED)
        unit = self.house.unit
        try:
            unit = replace(
                unit,
                power=bool(values.get("switch", unit.power)),
                mode=Mode(values.get("mode", unit.mode)),
                target=int(values.get("temp_set", unit.target)),
                fan=Fan(values.get("fan_speed_enum", unit.fan)),
            )
        except ValueError as err:
            raise CloudError(*_NOT_SUPPORTED) from err
        self.house.set_unit(unit)
        self.commands.append(values)
        return True
