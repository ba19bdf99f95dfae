"""Client of the platform's cloud: device list, history, commands."""

import asyncio
from typing import TYPE_CHECKING, Any, Final

from ..account.inventory import MOST_DEVICES
from ..model import SensorType, integer, text
from .device_list import parse_device
from .errors import CloudRefused, Problem, Unreachable
from .history import HistoryPage, first_page, pages_of, parse_page
from .transport import Transport, as_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from aiohttp import ClientSession

    from ..account.devices import ListedDevice
    from ..push.times import Times
    from .endpoints import Endpoints, Login

type Json = dict[str, Any]

_OK: Final = frozenset({"00", "0"})

_PAGE_SIZE: Final = 100
"""The largest page of the platform."""
_MOST_PAGES: Final = 50
_LONGEST_MESSAGE: Final = 200
# A secret must not be cut before it is found.
_LONGEST_READ: Final = 10_000
# The platform's, then those of a Spring server.
_EXPLANATIONS: Final = ("msg", "message", "error_description", "error", "flag", "code")

# The field of a data point that is not `value`.
_FIELDS: Final[dict[int, str]] = {
    SensorType.SWITCH: "switcher",
    SensorType.INDICATOR: "switcher",
    SensorType.TEXT: "string",
}


class Cloud:
    """One account in the cloud.

    The vendor's document and the programs that are known to work name some fields
    differently. Requests contain both names; answers are accepted with either. All
    calls raise Unreachable, BadCredentials, UserIdMissing and CloudRefused.
    """

    def __init__(
        self,
        session: ClientSession,
        endpoints: Endpoints,
        login: Login,
        times: Times,
        now: Callable[[], datetime],
    ) -> None:
        """Initialize; the first call logs in."""
        self._transport = Transport(session, endpoints, login, now)
        self._times = times
        self._now = now

    async def async_user_id(self) -> str:
        """Return the number of the user; logs in if needed."""
        return await self._transport.async_user_id()

    async def async_devices(self) -> list[ListedDevice]:
        """Return all devices of the account, of all pages."""
        listed: list[ListedDevice] = []
        for page in range(1, _MOST_PAGES + 1):
            answer = await self._async_call(
                "getDeviceSensorDatas",
                {"currPage": page, "pageSize": _PAGE_SIZE},
                read=True,
            )
            rows = answer.get("dataList")
            if not isinstance(rows, list) and integer(answer.get("rowCount")):
                raise Unreachable(Problem.UNREADABLE, "getDeviceSensorDatas")
            for row in rows if isinstance(rows, list) else ():
                device = parse_device(row, self._times, self._now())
                if device is not None:
                    listed.append(device)
                    await asyncio.sleep(0)  # A page takes some milliseconds.
            if page >= pages_of(answer) or not rows or len(listed) >= MOST_DEVICES:
                break
        return listed

    async def async_history(
        self, sensor_id: str, start: datetime, end: datetime, after: str = ""
    ) -> HistoryPage:
        """Return a page of the readings of a sensor, newest first."""
        begin, until = self._times.written(start), self._times.written(end)
        paging, page = first_page(after)
        answer = await self._async_call(
            "getSensorHistroy",  # The platform's spelling.
            {
                "sensorId": as_number(sensor_id),
                "startDate": begin,
                "startTime": begin,
                "endDate": until,
                "endTime": until,
                "pagingState": paging,
                "currPage": page,
                "pageSize": _PAGE_SIZE,
            },
            read=True,
        )
        return parse_page(sensor_id, answer, self._times, end, self._now(), page=page)

    async def async_switch(self, target: Json, sensor_id: str, *, on: bool) -> None:
        """Switch a sensor of a device on or off."""
        await self._async_call(
            "switcherController",
            {
                **target,
                "sensorId": as_number(sensor_id),
                "switcher": int(on),
                "value": int(on),
            },
        )

    async def async_write(self, target: Json, sensor_id: str, value: str) -> None:
        """Write a value to a sensor of a device."""
        body = {**target, "sensorId": as_number(sensor_id), "value": value}
        await self._async_call("deviceWrite", body)

    async def async_send(
        self, target: Json, values: Mapping[str, str], types: Mapping[str, int]
    ) -> None:
        """Send data points in the name of a device, each by the type of its sensor."""
        rows = [
            {"sensorId": as_number(s), _FIELDS.get(types.get(s, 0), "value"): v}
            for s, v in values.items()
        ]
        await self._async_call(
            "sendDataPoint", {**target, "sensorDatas": rows, "sensorList": rows}
        )

    async def _async_call(self, call: str, body: Json, *, read: bool = False) -> Json:
        """Make a call; raises CloudRefused if the answer reports a failure."""
        answer = await self._transport.async_call(call, body, read=read)
        if str(answer.get("flag")) not in _OK:
            explanation = self._transport.without_secrets(_explanation(answer))
            raise CloudRefused(explanation[:_LONGEST_MESSAGE])
        return answer


def _explanation(answer: Json) -> str:
    """Return why a call failed, as the answer explains it; one line of text."""
    if not answer:
        return "{}"
    found = (text(answer.get(name), _LONGEST_READ) for name in _EXPLANATIONS)
    explained = next((words for words in found if words), "?")
    return " ".join(explained.split())


def target_of(device_id: str, number: str) -> Json:
    """Return how a command names a device."""
    return {"deviceNo": number, "deviceId": as_number(device_id)}
