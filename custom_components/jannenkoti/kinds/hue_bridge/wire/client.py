"""Requests to a bridge by aiohue, over a connection whose certificate is checked.

aiohue by itself accepts any certificate, sends up to three requests at a time, and
writes to the bridge every minute to keep its event stream alive.
"""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, override

from aiohttp import ClientError, ClientTimeout, Fingerprint, ServerFingerprintMismatch
from aiohue import HueBridgeV2
from aiohue.v2.models.feature import (
    ColorFeaturePut,
    ColorPoint,
    ColorTemperatureFeaturePut,
    DimmingFeaturePut,
    DynamicsFeaturePut,
    OnFeature,
)
from aiohue.v2.models.grouped_light import GroupedLightPut
from aiohue.v2.models.light import LightPut

from ....lib.backoff import Backoff
from ....lib.reading import read_number
from ....lib.response_body import (
    ACCEPTED,
    BadBody,
    async_parse_json,
    async_read_body,
)
from .errors import (
    BadCredentials,
    Busy,
    ButtonNotPressed,
    CommandRefused,
    HueError,
    Unreachable,
    Untrusted,
)
from .events import EventParser, StreamTooLong

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable

    from aiohttp import ClientResponse, ClientSession

    from ..model import LightCommand
    from .events import Event

_BUSY: Final = (429, 503)
_DENIED: Final = (401, 403)
_BUTTON_NOT_PRESSED: Final = 101
_LARGEST_ANSWER: Final = 8 << 20
"""Bytes; all resources of a bridge with 63 lamps have about 500,000."""
_MOST_WAITING: Final = 60
"""Requests; a bridge has at most 63 lamps, and a room is one request."""
_LONGEST_DETAIL: Final = 200
_LONGEST_KEY: Final = 128
_HARMLESS: Final = "may not have effect"


@dataclass(frozen=True, kw_only=True)
class Timing:
    """How long what takes, in seconds."""

    answer: float = 10.0
    silence: float = 300.0
    """A stream without events for this long is opened again."""
    busy: float = 90.0
    """A bridge that is busy for this long has failed."""
    first_wait: float = 0.5
    longest_wait: float = 8.0
    light_gap: float = 0.1
    group_gap: float = 1.0
    """The vendor asks for 10 commands a second to lamps, and one to groups."""
    first_reconnect: float = 2.0
    longest_reconnect: float = 60.0


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where a bridge is, and what proves it to us and us to it."""

    host: str
    fingerprint: str
    key: str = ""


class HueLink(HueBridgeV2):
    """A bridge that is sent one request at a time."""

    def __init__(
        self,
        session: ClientSession,
        address: Address,
        *,
        random: Callable[[], float],
        timing: Timing | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Initialize; nothing is sent yet."""
        super().__init__(address.host, address.key)
        self.timing = timing or Timing()
        self.busy_answers = 0
        """How often the bridge was busy, for diagnostics."""
        self._session = session
        self._address = address
        self._random = random
        self._pause = pause
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._free_at: dict[str, float] = {}

    # Requests

    async def async_resources(self) -> list[dict[str, Any]]:
        """Return all resources; raises HueError."""
        return await self.request("get", "clip/v2/resource")

    async def async_test(self) -> None:
        """Raise HueError unless the bridge accepts the key."""
        await self.request("get", "clip/v2/resource/bridge")

    async def async_set_light(self, light_id: str, command: LightCommand) -> None:
        """Send a command to a lamp; raises HueError."""
        await self._async_paced("light", self.timing.light_gap)
        await self.lights.update(light_id, LightPut(**_features(command)))

    async def async_set_group(self, group_id: str, command: LightCommand) -> None:
        """Send a command to a room or zone; raises HueError."""
        await self._async_paced("group", self.timing.group_gap)
        put = GroupedLightPut(**_features(command))
        await self.groups.grouped_light.update(group_id, put)

    async def async_recall(self, scene_id: str, duration: int | None) -> None:
        """Activate a scene, with a fade in ms; raises HueError."""
        await self._async_paced("group", self.timing.group_gap)
        await self.scenes.scene.recall(scene_id, duration=duration)

    async def async_pair(self, name: str) -> str:
        """Return a new key; raises ButtonNotPressed and other HueError."""
        answer = await self._async_busy_proof("post", "api", {"devicetype": name})
        first = answer[0] if isinstance(answer, list) and answer else None
        found = first if isinstance(first, dict) else {}
        error, success = found.get("error"), found.get("success")
        if isinstance(error, dict):
            if error.get("type") == _BUTTON_NOT_PRESSED:
                raise ButtonNotPressed
            raise CommandRefused(_short(error.get("description")))
        key = success.get("username") if isinstance(success, dict) else None
        if not isinstance(key, str) or not 0 < len(key) <= _LONGEST_KEY:
            raise Unreachable
        if not key.isascii() or not key.isprintable():
            raise Unreachable
        return key

    @override
    async def request(
        self, method: str, path: str, **kwargs: Any
    ) -> list[dict[str, Any]]:
        """Make a request of API v2 and return its data; raises HueError."""
        answer = await self._async_busy_proof(method, path, kwargs.get("json"))
        if not isinstance(answer, dict):
            raise Unreachable
        errors = answer.get("errors")
        for error in errors if isinstance(errors, list) else ():
            text = _short(error.get("description") if isinstance(error, dict) else "")
            if _HARMLESS not in text:
                raise CommandRefused(text)
        data = answer.get("data")
        return (
            [x for x in data if isinstance(x, dict)] if isinstance(data, list) else []
        )

    async def _async_busy_proof(
        self, method: str, path: str, body: object = None
    ) -> object:
        """Make a request when it is its turn, again and again while busy."""
        if self._waiting >= _MOST_WAITING:
            raise Busy
        self._waiting += 1
        try:
            async with self._turn:
                return await self._async_until_free(method, path, body)
        finally:
            self._waiting -= 1

    async def _async_until_free(self, method: str, path: str, body: object) -> object:
        """Make a request; wait longer each time that the bridge is busy."""
        timing, waited = self.timing, 0.0
        backoff = Backoff(
            first=timedelta(seconds=timing.first_wait),
            longest=timedelta(seconds=timing.longest_wait),
            random=self._random,
        )
        while True:
            async with self.create_request(
                method, path, timeout=ClientTimeout(total=timing.answer), json=body
            ) as response:
                if response.status not in _BUSY:
                    return await _async_answer(response)
                asked = read_number(response.headers.get("Retry-After")) or 0.0
            self.busy_answers += 1
            wait = max(backoff.next().total_seconds(), min(asked, timing.longest_wait))
            if (waited := waited + wait) > timing.busy:
                raise Busy
            await self._pause(wait)

    async def _async_paced(self, what: str, gap: float) -> None:
        """Wait until the vendor's limit of commands allows another one."""
        now = monotonic()
        free_at = max(self._free_at.get(what, 0.0), now)
        self._free_at[what] = free_at + gap
        if free_at > now:
            await self._pause(free_at - now)

    # The connection

    @override
    @asynccontextmanager
    async def create_request(
        self, method: str, path: str, **kwargs: Any
    ) -> AsyncIterator[ClientResponse]:
        """Make a request, once the certificate is checked; raises HueError."""
        headers = {**ACCEPTED, **kwargs.pop("headers", {})}
        if self._address.key:
            headers["hue-application-key"] = self._address.key
        try:
            async with self._session.request(
                method,
                f"https://{self._address.host}/{path}",
                ssl=Fingerprint(bytes.fromhex(self._address.fingerprint)),
                headers=headers,
                allow_redirects=False,
                auto_decompress=False,
                **kwargs,
            ) as response:
                yield response
        except ServerFingerprintMismatch:
            raise Untrusted from None
        except (ClientError, OSError, TimeoutError, ValueError) as err:
            raise Unreachable(type(err).__name__) from err

    async def async_events(self) -> AsyncGenerator[list[Event]]:
        """Yield nothing once the stream is open, then events until it ends.

        Raises HueError.
        """
        parser = EventParser()
        timeout = ClientTimeout(
            total=None, sock_connect=self.timing.answer, sock_read=self.timing.silence
        )
        async with self.create_request(
            "get",
            "eventstream/clip/v2",
            timeout=timeout,
            headers={"Accept": "text/event-stream", "Accept-Encoding": "identity"},
        ) as response:
            _check_status(response.status)
            yield []
            async for data in response.content.iter_any():
                try:
                    events = parser.feed(data)
                except StreamTooLong:
                    raise Unreachable from None
                if events:
                    yield events


def _features(command: LightCommand) -> dict[str, Any]:
    """Return a command as aiohue's models have it."""
    features = {
        "on": None if command.on is None else OnFeature(on=command.on),
        "dimming": None
        if command.brightness is None
        else DimmingFeaturePut(brightness=command.brightness),
        "color": None
        if command.xy is None
        else ColorFeaturePut(xy=ColorPoint(*command.xy)),
        "color_temperature": None
        if command.mirek is None
        else ColorTemperatureFeaturePut(mirek=command.mirek),
        "dynamics": None
        if command.duration is None
        else DynamicsFeaturePut(duration=command.duration),
    }
    return {key: value for key, value in features.items() if value is not None}


def _check_status(status: int) -> None:
    """Raise HueError unless the bridge has accepted a request."""
    if status in _BUSY:
        raise Busy
    if status in _DENIED:
        raise BadCredentials
    if status >= 300:  # noqa: PLR2004 - a redirect or an error
        raise Unreachable(str(status))


async def _async_answer(response: ClientResponse) -> object:
    """Return the parsed body; raises HueError."""
    status = response.status
    rejected = 400 <= status < 500 and status not in _DENIED  # noqa: PLR2004
    if not rejected:
        _check_status(status)
    try:
        return await async_parse_json(await async_read_body(response, _LARGEST_ANSWER))
    except (BadBody, ValueError, RecursionError) as err:
        raise _unreadable(status, rejected=rejected) from err


def _unreadable(status: int, *, rejected: bool) -> HueError:
    """Return the error for a body that is not JSON."""
    return CommandRefused(str(status)) if rejected else Unreachable("body")


def _short(text: object) -> str:
    """Return a reason of the bridge, bounded."""
    return text[:_LONGEST_DETAIL] if isinstance(text, str) else ""
