"""The rules of one account: who may push, what is new, what repeats, who is silent."""

from collections import defaultdict, deque
from copy import replace
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from ....lib.budget import Budget, DailyCalls
from ....lib.reading import ReportInterval, SilenceLimits
from ..journal.late_readings import LateReadings
from ..model import Push, Rejected, RejectReason
from ..push.deduplication import DeduplicationWindow
from . import saved_state
from .clock_offset import ClockOffset
from .gaps import Gaps
from .inventory import LATE_AFTER, Inventory, measured_last
from .quantity import unit_of
from .report_interval import DeviceTiming

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ....lib.stored import Stored
    from ..model import Sample
    from ..options import Options
    from ..push.signature import Secrets
    from .devices import IngestOutcome

HISTORY_CALLS_A_DAY: Final = 50
"""The limit of the platform for each sensor."""

# A push every ten minutes is usual; half an hour without any deserves a check.
SILENCE_LIMIT: Final = SilenceLimits(default=timedelta(minutes=30))

# A device that the cloud does not list is gone when it has not pushed for this long.
_ALIVE: Final = timedelta(hours=1)

# The cloud is a little behind a push. A value that it lists without a time is not
# newer than a push of the last minute.
_CLOUD_BEHIND: Final = timedelta(minutes=1)

# Enough to diagnose a problem, too few to fill the memory.
_FAILURES: Final = 200

type Failure = tuple[datetime, int, str]
"""When, with which status, and with which text a push was rejected."""


class Account:
    """The state of an account; all times are arguments."""

    def __init__(self, options: Options, signing: Secrets) -> None:
        """Initialize without devices."""
        self.options = options
        self.inventory = Inventory()
        self.late = LateReadings()
        self.gaps = Gaps()
        self.clock_offset = ClockOffset()
        self.interval = ReportInterval(limits=SILENCE_LIMIT)
        self.timing: defaultdict[str, DeviceTiming] = defaultdict(DeviceTiming)
        """By device, for those in the inventory."""
        self.history_calls = DailyCalls(HISTORY_CALLS_A_DAY)
        self.last_push: datetime | None = None
        self.newest: datetime | None = None
        """The latest moment at which something was stored."""
        self.pushes = 0
        self.duplicates = 0
        self.rejected_signatures = 0
        self.rejected: dict[str, int] = {}
        self.failures: deque[Failure] = deque(maxlen=_FAILURES)
        self._polled: dict[str, Sample] = {}
        self._recent = DeduplicationWindow()
        self._budget = Budget(options.rate_limit)
        self._signing = signing

    # Who may push

    @property
    def signed(self) -> bool:
        """Return whether pushes have to be signed."""
        return bool(self._signing.valid)

    def admit(self, source: str, now: datetime) -> None:
        """Admit a source address; raises Rejected when it pushes too often."""
        if wait := self._budget.take(source, now):
            raise Rejected(RejectReason.RATE_LIMITED, wait=wait)

    def verify(self, body: bytes, offered: str | None) -> None:
        """Verify the signature of a body; raises Rejected."""
        if not self._signing.accept(body, offered):
            self.rejected_signatures += 1
            raise Rejected(RejectReason.BAD_SIGNATURE)

    def count(self, rejected: Rejected, now: datetime) -> None:
        """Count a rejected push, and keep the most recent ones."""
        name = rejected.reason.name.lower()
        self.rejected[name] = self.rejected.get(name, 0) + 1
        self.failures.append((now, rejected.status, rejected.text))

    # What is new

    def reserve(self, samples: Iterable[Sample]) -> tuple[list[Sample], list[Sample]]:
        """Return the readings that are not recent repeats, and the doubtful ones.

        A doubtful reading may be a repeat of one that only the journal still has.
        """
        fresh: list[Sample] = []
        doubtful: list[Sample] = []
        for sample in samples:
            if (key := sample.key) is None:
                fresh.append(sample)  # Without a time it cannot be a repeat.
                continue
            if key in self._recent:
                self.duplicates += 1
                continue
            self._recent.add(key)
            fresh.append(sample)
            sensor = self.inventory.sensors.get(sample.sensor_id)
            last = sensor.sample if sensor else None
            if last is None or sample.measured <= last.measured:
                doubtful.append(sample)
        return fresh, doubtful

    def are_recent(self, samples: Iterable[Sample]) -> bool:
        """Return whether all of them are recent, and none was released."""
        return all(sample.key in self._recent for sample in samples)

    def release(self, samples: Iterable[Sample]) -> None:
        """Forget readings that could not be stored, so that they can be sent again."""
        for sample in samples:
            if (key := sample.key) is not None:
                self._recent.discard(key)

    def unseen(self, push: Push) -> Push:
        """Return the values of the device list that are newer than any push."""
        return replace(
            push,
            samples=tuple(s for s in push.samples if self._is_unseen(s, push.received)),
        )

    def _is_unseen(self, sample: Sample, now: datetime) -> bool:
        """Return whether a value of the device list is new."""
        sensor = self.inventory.sensors.get(sample.sensor_id)
        last = measured_last(sensor, now)
        if sample.recorded is not None:
            return last is None or sample.measured > last
        # Without a time, a value is new when it differs from the last poll.
        before = self._polled.get(sample.sensor_id)
        is_pushed = sensor is not None and sensor.sample is not before
        if is_pushed and last is not None and last > now - _CLOUD_BEHIND:
            return False
        if before is None and sensor is not None:
            before = sensor.sample
        if before is not None and _content(before) == _content(sample):
            return False
        self._polled[sample.sensor_id] = sample
        return _content(sample) != (None, None)

    def take(self, push: Push) -> IngestOutcome:
        """Apply what is in the journal, now or after a restart."""
        outcome = self.inventory.take(push)
        self.late.add(outcome.late)
        if push.via != "history":
            for gap in outcome.gaps:
                self.gaps.add(*gap)
            if push.device_id in self.inventory.devices:
                self.timing[push.device_id].received(push)
        return outcome

    def received_push(self, sent: datetime | None, now: datetime) -> None:
        """Record a push, even one that only repeats."""
        self.clock_offset.observe(sent, now)
        self.pushes += 1
        self.last_push = now
        self.interval.arrived(now)

    def replay(self, push: Push) -> None:
        """Apply a push that a previous run wrote, unless it is applied already."""
        samples = tuple(s for s in push.samples if not self.are_recent([s]))
        for sample in samples:
            if (key := sample.key) is not None:
                self._recent.add(key)
        if push.via == "push":
            self.last_push = push.received
        if self.newest is None or push.received > self.newest:
            self.newest = push.received
        if samples:
            self.take(replace(push, samples=samples))

    def unit_of(self, sensor_id: str) -> str | None:
        """Return the current unit of a sensor."""
        unit = self.options.units.get(sensor_id)
        if unit is None and (sensor := self.inventory.sensors.get(sensor_id)):
            unit = sensor.info.unit
        return None if unit is None else unit_of(unit)

    # Devices that are silent

    def silent_since(self, now: datetime) -> datetime | None:
        """Return when a push was due, None while pushes arrive."""
        if self.last_push is None:
            return None
        due = self.last_push + self.interval.silent_after
        return due if now > due else None

    def update_silence(self, now: datetime, *, cloud_answers: bool) -> IngestOutcome:
        """Make devices silent, or not, by their intervals; return what that changes.

        Devices in the device list are left to the cloud, as long as it answers.
        """
        return self.inventory.silence(
            {
                device.device_id
                for device in self.inventory.devices.values()
                if device.last_seen is not None
                and not (cloud_answers and device.listed)
                and now - device.last_seen > self.silent_after(device.device_id)
            }
        )

    def silent_after(self, device_id: str) -> timedelta:
        """Return the silence limit of a device."""
        return self.timing[device_id].interval.silent_after

    def wrong_clocks(self) -> dict[str, timedelta]:
        """Return the devices that are always late, and always by the same.

        None of them if the time zone of the account explains it.
        """
        if self.clock_offset.hours_off is not None:
            return {}
        late = {
            device_id: timedelta(seconds=timing.clock_offset.constant or 0)
            for device_id, timing in self.timing.items()
        }
        return {device_id: by for device_id, by in late.items() if by > LATE_AFTER}

    def forget(self, device_id: str) -> None:
        """Remove a device that the user deletes."""
        for sensor_id in self.inventory.of_device(device_id):
            self._polled.pop(sensor_id, None)
        self.inventory.forget(device_id)
        self.timing.pop(device_id, None)

    def is_alive(self, device_id: str, now: datetime) -> bool:
        """Return whether a device is in the account, or has reported recently."""
        device = self.inventory.devices[device_id]
        if device.listed:
            return True
        return device.last_seen is not None and now - device.last_seen < _ALIVE

    # What must survive a restart

    def to_store(self, now: datetime) -> dict[str, Any]:
        """Return all that is not in the journal since then."""
        return {
            "saved": now.timestamp(),
            **saved_state.inventory_to_store(self.inventory),
            "late": self.late.to_store(),
            "gaps": self.gaps.to_store(),
            "interval": list(self.interval.gaps),
            "intervals": {d: list(t.interval.gaps) for d, t in self.timing.items()},
            "quota": self.history_calls.to_store(),
            "last_push": self.last_push and self.last_push.timestamp(),
            "counts": {
                "pushes": self.pushes,
                "duplicates": self.duplicates,
                "rejected_signatures": self.rejected_signatures,
            },
        }

    def restore(self, stored: Stored) -> None:
        """Restore the state of a previous run; what is unreadable is left out."""
        saved_state.restore_inventory(stored, self.inventory, self.replay)
        intervals = stored.child("intervals")
        for device_id in intervals.keys():  # noqa: SIM118 - not a dict
            self.timing[device_id] = DeviceTiming(intervals.numbers(device_id))
        self.late = LateReadings(stored.child("late"))
        self.gaps = Gaps(stored)
        self.interval = ReportInterval(stored.numbers("interval"), SILENCE_LIMIT)
        self.history_calls.restore(stored.child("quota"))
        self.last_push = stored.timestamp("last_push", self.last_push)
        counts = stored.child("counts")
        self.pushes = counts.integer("pushes", 0)
        self.duplicates = counts.integer("duplicates", 0)
        self.rejected_signatures = counts.integer("rejected_signatures", 0)


def _content(sample: Sample) -> tuple[str | None, bool | None]:
    """Return what a sensor reports, without the time."""
    return sample.value, sample.switcher


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Counters of an account and its last push."""

    last_push: datetime | None
    age: timedelta | None
    duplicates: int
    rejected_signatures: int

    @classmethod
    def of(cls, account: Account, now: datetime) -> Status:
        """Return the status of an account."""
        last = account.last_push
        return cls(
            last_push=last,
            age=None if last is None else max(now - last, timedelta()),
            duplicates=account.duplicates,
            rejected_signatures=account.rejected_signatures,
        )
