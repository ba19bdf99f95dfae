"""What an event of the stream costs with 100 listeners, beside writing it out for each.

One more listener does not read: it must cost nothing and be dropped at its limit.
"""

import asyncio
import time
from statistics import median
from typing import Any

import orjson

from custom_components.jannenkoti.kinds.mqtt_devices.wire.stream import (
    QUEUE,
    Filter,
    QueuedListener,
    Stream,
)

from .figure import Figure, note, spread

_LISTENERS = 100
_EVENTS = 2_000
_ROUNDS = 7
_GOAL = 1.0
_EVENT: dict[str, Any] = {
    "id": 123456,
    "serial_number": "TMP0A1B2C3D4",
    "nombre": "Bedroom",
    "tipo": "sensor",
    "modelo": "M-1",
    "descripcion": "",
    "estado": "activo",
    "parametros": {"temperatura": 23.4, "humedad": 48},
    "configuracion": {"intervalo_envio": 10, "encendido": True, "modo": "manual"},
    "reclamado": True,
    "event": "device_update",
}


async def measure() -> list[Figure]:
    """Measure both in turns."""
    ours, reference = [], []
    for _ in range(_ROUNDS):
        ours.append(await _fan_out(once=True))
        reference.append(await _fan_out(once=False))
    note(f"written out once: {spread(ours, 'µs')}")
    note(f"written out for each: {spread(reference, 'µs')}")
    return [
        Figure(
            name="sse_fanout",
            ours=median(ours),
            reference=median(reference),
            unit=f"µs per event, {_LISTENERS} listeners",
            ratio=median(ours) / median(reference),
            goal=_GOAL,
            goal_is_ratio=True,
        )
    ]


async def _fan_out(*, once: bool) -> float:
    """Return the CPU time of an event, in microseconds, with all that is read."""
    stream = Stream()
    wanted = Filter(claimed=True)
    listeners = [QueuedListener(wanted, lambda: None) for _ in range(_LISTENERS)]
    stalled = QueuedListener(wanted, lambda: None)
    for listener in (*listeners, stalled):
        stream.join(listener)
    begun = time.thread_time()
    for _ in range(_EVENTS):
        if once:
            stream.publish("x", claimed=True, event=lambda: _EVENT)
        else:
            for listener in listeners:
                listener.put(orjson.dumps(_EVENT))
        for listener in listeners:
            await listener.get()
    used = time.thread_time() - begun
    if once and (stream.written != _EVENTS or stream.dropped != 1):
        text = f"written {stream.written} times, dropped {stream.dropped}"
        raise RuntimeError(text)
    if once and (len(stream) != _LISTENERS or await stalled.get() is not None):
        text = f"a listener that is {QUEUE} behind is still there"
        raise RuntimeError(text)
    await asyncio.sleep(0)
    return used * 1e6 / _EVENTS
