"""What a message costs with 2,000 claimed devices, beside one with 20.

The rules of an entry alone (parse, budget, device, log, watch), for Home Assistant's
own part does not know how many devices there are.
"""

import itertools
import time
from datetime import UTC, datetime, timedelta
from statistics import median

from custom_components.jannenkoti.kinds.mqtt_devices.claim import Claim
from custom_components.jannenkoti.kinds.mqtt_devices.hub import Hub

from .figure import Figure, note, spread
from .mqtt_ingest_cost import serial

_FEW, _MANY = 20, 2_000
_MESSAGES = 20_000
_ROUNDS = 7
_GOAL = 1.2
_NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


async def measure() -> list[Figure]:
    """Measure both in turns."""
    homes = {devices: _Home(devices) for devices in (_FEW, _MANY)}
    costs: dict[int, list[float]] = {devices: [] for devices in homes}
    for home in homes.values():
        home.hear()  # Logs are full, rhythms known.
    for _ in range(_ROUNDS):
        for devices, home in homes.items():
            costs[devices].append(home.hear())
    for devices, seen in costs.items():
        note(f"{devices} devices: {spread(seen, 'µs')}")
    ours, reference = median(costs[_MANY]), median(costs[_FEW])
    return [
        Figure(
            name="mqtt_growth",
            ours=ours,
            reference=reference,
            unit="µs per message",
            ratio=ours / reference,
            goal=_GOAL,
            goal_is_ratio=True,
        )
    ]


class _Home:
    """The rules with so many devices."""

    def __init__(self, devices: int) -> None:
        """Claim them."""
        self._hub = Hub(UTC, per_minute=1_000_000)
        for number in range(devices):
            self._hub.claim(Claim(serial=serial(number)))
        self._hub.share_log()
        self._payloads = [
            b'{"serial_number":"%b","estado":"activo",'
            b'"parametros":{"temperatura":%d,"humedad":%d}}'
            % (serial(number).encode(), turn, 40 + turn)
            for turn in range(max(_MESSAGES // devices, 1))
            for number in range(devices)
        ]
        self._now = _NOW

    def hear(self) -> float:
        """Return the CPU time of a message, in microseconds."""
        begun = time.thread_time()
        for payload in itertools.islice(self._payloads, _MESSAGES):
            self._now += timedelta(milliseconds=2)
            self._hub.receive(payload, self._now)
        return (time.thread_time() - begun) * 1e6 / _MESSAGES
