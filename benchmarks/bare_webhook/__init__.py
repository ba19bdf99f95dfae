"""The reference: the smallest webhook that writes what a board reports."""

import gc
import os
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from aiohttp.web import Response, json_response
from homeassistant.components import webhook
from homeassistant.const import (
    EVENT_HOMEASSISTANT_STARTED,
    EVENT_STATE_CHANGED,
    EVENT_STATE_REPORTED,
)
from homeassistant.core import callback
from homeassistant.helpers import config_validation as cv

from .const import (
    ABOUT,
    COLLECTIONS,
    DOMAIN,
    LAG,
    LAGS,
    MESSAGES,
    READINGS,
    STATES,
    TIMES,
    WRITES,
)
from .message_times import MessageTimes

if TYPE_CHECKING:
    from aiohttp.web import Request
    from homeassistant.components.mqtt import ReceiveMessage
    from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant
    from homeassistant.helpers.typing import ConfigType

CONFIG_SCHEMA = cv.empty_config_schema(DOMAIN)

# The attributes that the entities of a board have too.
_TEMPERATURE = {
    "state_class": "measurement",
    "unit_of_measurement": "°C",
    "device_class": "temperature",
}
_HUMIDITY = {
    "state_class": "measurement",
    "unit_of_measurement": "%",
    "device_class": "humidity",
}


async def async_setup(hass: HomeAssistant, _config: ConfigType) -> bool:
    """Open the webhooks that need no entities."""
    about = About(hass)
    for name, handler in (
        (STATES, async_write_states),
        (READINGS, async_write_readings),
        (MESSAGES, BareMessages(hass).async_listen),
        (TIMES, MessageTimes().async_times),
        (LAG, LoopLag(hass).async_lag),
        (COLLECTIONS, FullCollections().async_count),
        (ABOUT, about.async_about),
        (WRITES, about.async_writes),
    ):
        webhook.async_register(hass, DOMAIN, name, name, handler, local_only=True)
    return True


async def async_write_states(
    hass: HomeAssistant, _webhook_id: str, request: Request
) -> Response:
    """Write the report of a board."""
    said = await request.json()
    location = said["location"]
    place = f"sensor.states_{location.lower()}"
    for key, state, attributes in (
        ("temperature", str(said["temperature_c"]), _TEMPERATURE),
        ("humidity", str(said["humidity_pct"]), _HUMIDITY),
    ):
        name = {"friendly_name": f"{location} {key}"}
        hass.states.async_set(f"{place}_{key}", state, attributes | name)
    return json_response({"ok": True})


_SCHEDSTAT = Path("/proc/thread-self/schedstat")
_READING = {"state_class": "measurement"}


async def async_write_readings(
    hass: HomeAssistant, _webhook_id: str, request: Request
) -> Response:
    """Write the readings of a push."""
    said = await request.json()
    device = said["deviceId"]
    for sensor in said["sensorsDates"]:
        number = sensor["sensorsId"]
        hass.states.async_set(
            f"sensor.readings_{number}",
            str(float(sensor["value"])),
            _READING | {"friendly_name": f"TLINK {device} {number}"},
        )
    return json_response({"status": "ok"})


class BareMessages:
    """Write what devices publish over MQTT, without any rules."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Subscribe after the first request."""
        self._hass = hass

    async def async_listen(
        self, hass: HomeAssistant, _webhook_id: str, request: Request
    ) -> Response:
        """Listen to the topic that the body names."""
        # Most benchmarks have no broker.
        from homeassistant.components import mqtt  # noqa: PLC0415

        topic = (await request.json())["topic"]
        await mqtt.async_subscribe(hass, topic, self._write, 0, None)
        return json_response({"ok": True})

    @callback
    def _write(self, message: ReceiveMessage) -> None:
        """Write the two states of a message."""
        said = orjson.loads(message.payload)
        serial, parameters = said["serial_number"], said["parametros"]
        place = f"sensor.messages_{serial.lower()}"
        for key, name, attributes in (
            ("temperature", "temperatura", _TEMPERATURE),
            ("humidity", "humedad", _HUMIDITY),
        ):
            self._hass.states.async_set(
                f"{place}_{key}",
                str(parameters[name]),
                attributes | {"friendly_name": f"{serial} {key}"},
            )


class LoopLag:
    """Looks every few milliseconds whether the event loop is on time, and why not.

    A garbage collection is Home Assistant's, and a wait for a processor the machine's;
    what is left was the event loop's own work, or a thread's that kept it from it.
    """

    _EVERY = 0.005

    def __init__(self, hass: HomeAssistant) -> None:
        """Measure after the first request."""
        self._hass = hass
        self._due = 0.0
        self._longest: dict[str, float] = {}
        self._collecting_since: float | None = None
        self._collected = 0.0
        self._thread = threading.get_ident()
        self._collecting_cpu = self._collected_cpu = 0.0
        self._cpu_before = 0.0
        self._before = (0.0, 0.0)

    async def async_lag(self, *_: object) -> Response:
        """Return the longest lags in seconds, then reset."""
        longest, self._longest = self._longest, dict.fromkeys(LAGS, 0.0)
        if not self._due:
            gc.callbacks.append(self._gc)
            self._look_later()
        return json_response(longest)

    def _gc(self, phase: str, _info: dict[str, int]) -> None:
        """Sum up the collections, whichever thread they stop the others from."""
        now = time.monotonic()
        if threading.get_ident() == self._thread:
            used = time.thread_time()
            if phase == "start":
                self._collecting_cpu = used
            else:
                self._collected_cpu += used - self._collecting_cpu
        if phase == "start":
            self._collecting_since = now
        elif self._collecting_since is not None:
            self._collected += now - self._collecting_since
            self._collecting_since = None

    def _spent(self) -> tuple[float, float]:
        """Return what collections and waits for a processor have taken so far."""
        since = self._collecting_since
        # Another thread may not have reported its collection yet.
        under_way = 0.0 if since is None else time.monotonic() - since
        return self._collected + under_way, _waited_for_processor()

    def _look_later(self) -> None:
        self._before = self._spent()
        self._cpu_before = time.thread_time() - self._collected_cpu
        self._due = self._hass.loop.time() + self._EVERY
        self._hass.loop.call_at(self._due, self._look)

    def _look(self) -> None:
        lag = self._hass.loop.time() - self._due
        collected, waited = (
            now - before
            for now, before in zip(self._spent(), self._before, strict=True)
        )
        # They may overlap; the figure must not be too good.
        own = lag - max(collected, waited)
        cpu = time.thread_time() - self._collected_cpu - self._cpu_before
        shares = (lag, collected, waited, own, cpu)
        for name, seconds in zip(LAGS, shares, strict=True):
            self._longest[name] = max(self._longest[name], seconds)
        self._look_later()


class FullCollections:
    """Counts full garbage collections; the young ones are short and many."""

    _OLDEST = 2
    """The generation of a full collection."""

    def __init__(self) -> None:
        """Count from the first request on."""
        self._counts: dict[str, list[float]] = {}
        self._since = 0.0

    async def async_count(self, *_: object) -> Response:
        """Return number and seconds by thread, the loop's or another; then reset."""
        counts, self._counts = self._counts, {"loop": [0, 0.0], "other": [0, 0.0]}
        if not counts:
            gc.callbacks.append(self._collected)
        return json_response(counts)

    def _collected(self, phase: str, info: dict[str, int]) -> None:
        """Count a full collection for the thread that runs it."""
        if info["generation"] != self._OLDEST:
            return
        if phase == "start":
            self._since = time.monotonic()
            return
        is_loop = threading.current_thread() is threading.main_thread()
        count = self._counts["loop" if is_loop else "other"]
        count[0] += 1
        count[1] += time.monotonic() - self._since


def _waited_for_processor() -> float:
    """Return how long this thread was ready to run so far while others ran."""
    return int(_SCHEDSTAT.read_text().split()[1]) / 1e9


class About:
    """Return data of the measured process to the benchmark."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Wait for the end of the start."""
        self._hass = hass
        self._running_at: float | None = None
        self._start_cpu: dict[str, float] = {}
        self._writes = 0
        self._listening: list[CALLBACK_TYPE] = []
        hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STARTED, self._started)

    @callback
    def _started(self, _event: Event) -> None:
        self._running_at = time.monotonic()
        self._start_cpu = {"loop": time.thread_time(), "process": time.process_time()}

    async def async_about(self, *_: object) -> Response:
        """Return the process id, time and CPU of the start, and the modules."""
        return json_response(
            {
                "pid": os.getpid(),
                "running_at": self._running_at,
                "start_cpu": self._start_cpu,
                "modules": list(sys.modules),
            }
        )

    async def async_writes(self, *_: object) -> Response:
        """Start to count writes of sensors, or stop and return their number."""
        if self._listening:
            while self._listening:
                self._listening.pop()()
            return json_response(self._writes)
        self._writes = 0
        for event in (EVENT_STATE_CHANGED, EVENT_STATE_REPORTED):
            self._listening.append(
                self._hass.bus.async_listen(event, self._written, _is_sensor)
            )
        return json_response(0)

    @callback
    def _written(self, _event: Event[Any]) -> None:
        self._writes += 1


@callback
def _is_sensor(data: Any) -> bool:  # noqa: ANN401 - of either event
    return bool(data["entity_id"].startswith("sensor."))
