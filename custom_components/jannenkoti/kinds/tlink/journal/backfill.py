"""Fill gaps from the history of the cloud."""

from copy import replace
from datetime import UTC
from itertools import groupby
from typing import TYPE_CHECKING

from ..cloud.errors import CloudRefused
from ..model import Push

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ..account.devices import SensorInfo
    from ..account.gaps import Gap
    from ..cloud.client import Cloud
    from ..model import Sample
    from ..push.ingest import Ingest


async def async_fill(cloud: Cloud, ingest: Ingest, gap: Gap, now: datetime) -> None:
    """Fetch the readings of a gap, as far as the calls of today suffice.

    What was fetched is in the journal, so the rest of a gap is continued later. Raises
    Unreachable, BadCredentials and Rejected; then the gap waits. A gap whose answer has
    rows, but none that is readable, waits for the next day as well.
    """
    account = ingest.account
    sensor_id, start, end = gap
    sensor = account.inventory.sensors.get(sensor_id)
    cursor, oldest = "", end
    while sensor is not None:
        if not account.history_calls.take(sensor_id, now):
            account.gaps.postpone(gap, oldest)
            return
        try:
            page = await cloud.async_history(sensor_id, start, end, cursor)
        except CloudRefused:
            break  # There is no history of this sensor, and will not be any later.
        if page.rows and not page.samples:
            account.gaps.postpone(gap, oldest)
            return
        await _async_store(ingest, sensor.info, page.samples, now)
        oldest = min((sample.measured for sample in page.samples), default=oldest)
        if page.next in {"", cursor} or not page.samples:
            break
        cursor = page.next
    account.gaps.done(gap)


async def _async_store(
    ingest: Ingest, info: SensorInfo, samples: Sequence[Sample], now: datetime
) -> None:
    """Store the readings that are new, a line for each day."""
    fresh = await ingest.async_unrecorded(info.sensor_id, samples)
    for _, of_day in groupby(fresh, key=lambda s: s.measured.astimezone(UTC).date()):
        typed = tuple(replace(sample, type=info.type) for sample in of_day)
        push = Push(
            device_id=info.device_id, received=now, via="history", samples=typed
        )
        await ingest.async_store(push)
