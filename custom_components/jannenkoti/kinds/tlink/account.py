"""The rules of one account: who may push, what is new, what repeats, who is silent."""

from collections import defaultdict, deque
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from ...lib.budget import Budget, DailyCalls
from ...lib.reading import Patience, Rhythm
from .devices import Device, Sensor, SensorInfo
from .gaps import Gaps
from .habit import Habit
from .known import LATE_AFTER, Known, measured_last
from .lag import Lag
from .late import Late
from .model import Error, Push, Refused
from .recent import Recent
from .records import decode, encode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .devices import Outcome
    from .model import Sample
    from .options import Options
    from .signature import Secrets

HISTORY_CALLS_A_DAY: Final = 50
"""What the platform allows for each sensor."""

# A push every ten minutes is usual; half an hour without any is worth a look.
_PATIENCE: Final = Patience(default=timedelta(minutes=30))


# A device that the cloud does not list is gone when it has not pushed for this long.
_ALIVE: Final = timedelta(hours=1)

# Enough to see what is wrong, too few to fill the memory with.
_FAILURES: Final = 200

type Failure = tuple[datetime, int, str]
"""When, with which status, and with which text a push was refused."""


class Account:
    """What an account remembers; knows no clock but the one it is handed."""

    def __init__(self, options: Options, signing: Secrets) -> None:
        """Begin with nothing known."""
        self.options = options
        self.known = Known()
        self.late = Late()
        self.gaps = Gaps()
        self.lag = Lag()
        self.rhythm = Rhythm(patience=_PATIENCE)
        self.habits: defaultdict[str, Habit] = defaultdict(Habit)
        """Those of the devices that are known."""
        self.history_calls = DailyCalls(HISTORY_CALLS_A_DAY)
        self.last_push: datetime | None = None
        self.pushes = 0
        self.duplicates = 0
        self.rejected_signatures = 0
        self.refused: dict[str, int] = {}
        self.failures: deque[Failure] = deque(maxlen=_FAILURES)
        self._recent = Recent()
        self._budget = Budget(options.rate_limit)
        self._signing = signing

    # Who may push

    def admit(self, source: str, now: datetime) -> None:
        """Let an address in, or raise Refused when it pushes too often."""
        if wait := self._budget.take(source, now):
            raise Refused(Error.RATE_LIMITED, wait=wait)

    def verify(self, body: bytes, offered: str | None) -> None:
        """Look at the signature of a body; raises Refused."""
        if not self._signing.accept(body, offered):
            self.rejected_signatures += 1
            raise Refused(Error.BAD_SIGNATURE)

    def count(self, refused: Refused, now: datetime) -> None:
        """Count what a push was answered with, and remember the latest."""
        name = refused.error.name.lower()
        self.refused[name] = self.refused.get(name, 0) + 1
        self.failures.append((now, refused.status, refused.text))

    # What is new

    def reserve(self, samples: Iterable[Sample]) -> tuple[list[Sample], list[Sample]]:
        """Return the readings that did not come lately, and those of them in doubt.

        In doubt is what may have come so long ago that only the journal knows it.
        """
        fresh: list[Sample] = []
        doubtful: list[Sample] = []
        for sample in samples:
            if (key := sample.key) in self._recent:
                self.duplicates += 1
                continue
            self._recent.add(key)
            fresh.append(sample)
            sensor = self.known.sensors.get(sample.sensor_id)
            last = sensor.sample if sensor else None
            if last is None or sample.measured <= last.measured:
                doubtful.append(sample)
        return fresh, doubtful

    def remembers(self, samples: Iterable[Sample]) -> bool:
        """Say whether all of them came lately, and were not released."""
        return all(sample.key in self._recent for sample in samples)

    def release(self, samples: Iterable[Sample]) -> None:
        """Forget readings that could not be stored: they shall come again."""
        for sample in samples:
            self._recent.discard(sample.key)

    def unseen(self, push: Push) -> Push:
        """Return what the cloud's list tells that no push has told before."""
        return replace(
            push,
            samples=tuple(s for s in push.samples if self._is_unseen(s, push.received)),
        )

    def _is_unseen(self, sample: Sample, now: datetime) -> bool:
        last = measured_last(self.known.sensors.get(sample.sensor_id), now)
        return last is None or sample.measured > last

    def take(self, push: Push) -> Outcome:
        """Take in what is in the journal, now or after a restart."""
        outcome = self.known.take(push)
        self.late.add(outcome.late)
        if push.via != "history":
            for gap in outcome.gaps:
                self.gaps.add(*gap)
            if push.device_id in self.known.devices:
                self.habits[push.device_id].heard(push)
        return outcome

    def heard(self, sent: datetime | None, now: datetime) -> None:
        """Take note of a push, even of one that only repeats."""
        self.lag.see(sent, now)
        self.pushes += 1
        self.last_push = now
        self.rhythm.arrived(now)

    def replay(self, push: Push) -> None:
        """Take in what an earlier life wrote."""
        for sample in push.samples:
            self._recent.add(sample.key)
        if push.via == "push":
            self.last_push = push.received
        self.take(push)

    # Who is silent

    def silent_since(self, now: datetime) -> datetime | None:
        """Return when pushes should have come again, None while they do."""
        if self.last_push is None:
            return None
        due = self.last_push + self.rhythm.silent_after
        return due if now > due else None

    def fall_silent(self, now: datetime, *, cloud_answers: bool) -> Outcome:
        """Let devices be silent, or not, by their habits; return what that changes.

        Of those in its list the cloud knows better, as long as it answers.
        """
        return self.known.silence(
            {
                device.device_id
                for device in self.known.devices.values()
                if device.last_seen is not None
                and not (cloud_answers and device.listed)
                and now - device.last_seen > self.silent_after(device.device_id)
            }
        )

    def silent_after(self, device_id: str) -> timedelta:
        """Return how long a device may say nothing."""
        return self.habits[device_id].rhythm.silent_after

    def wrong_clocks(self) -> dict[str, timedelta]:
        """Return the devices that are always late, and always by the same.

        None if it is the time zone that makes them.
        """
        if self.lag.hours_off is not None:
            return {}
        late = {
            device_id: timedelta(seconds=habit.lag.constant or 0)
            for device_id, habit in self.habits.items()
        }
        return {device_id: by for device_id, by in late.items() if by > LATE_AFTER}

    def forget(self, device_id: str) -> None:
        """Forget a device that the user deletes."""
        self.known.forget(device_id)
        self.habits.pop(device_id, None)

    def is_alive(self, device_id: str, now: datetime) -> bool:
        """Say whether a device is in the account, or has spoken lately."""
        device = self.known.devices[device_id]
        if device.listed:
            return True
        return device.last_seen is not None and now - device.last_seen < _ALIVE

    # What has to survive a restart

    def to_store(self, now: datetime) -> dict[str, Any]:
        """Return all but what stands in the journal since then."""
        return {
            "saved": now.timestamp(),
            "devices": [_device_row(device) for device in self.known.devices.values()],
            "sensors": [asdict(sensor.info) for sensor in self.known.sensors.values()],
            "latest": [encode(push).decode() for push in _latest(self.known)],
            "late": self.late.to_store(),
            "gaps": self.gaps.to_store(),
            "rhythm": list(self.rhythm.gaps),
            "habits": {d: list(h.rhythm.gaps) for d, h in self.habits.items()},
            "quota": self.history_calls.to_store(),
            "last_push": self.last_push and self.last_push.timestamp(),
            "counts": [self.pushes, self.duplicates, self.rejected_signatures],
        }

    def restore(self, stored: Mapping[str, Any]) -> None:
        """Take over what an earlier life has stored."""
        for row in stored["devices"]:
            device = Device(**row)
            self.known.devices[device.device_id] = device
        for row in stored["sensors"]:
            info = SensorInfo(**row)
            self.known.sensors[info.sensor_id] = Sensor(info=info)
        for device_id, gaps in stored.get("habits", {}).items():
            self.habits[device_id] = Habit(gaps)
        for line in stored["latest"]:
            if (push := decode(line.encode())) is not None:
                self.replay(push)
        self.late = Late(stored["late"])
        self.gaps = Gaps(stored["gaps"])
        self.rhythm = Rhythm(stored["rhythm"], _PATIENCE)
        self.history_calls.restore(stored["quota"])
        if (last_push := stored["last_push"]) is not None:
            self.last_push = datetime.fromtimestamp(last_push, UTC)
        self.pushes, self.duplicates, self.rejected_signatures = stored["counts"]


def _device_row(device: Device) -> dict[str, Any]:
    """Return a device without what its sensors tell anew."""
    row = asdict(device)
    for key in ("alarms", "last_seen", "online", "silent"):
        del row[key]
    return row


def _latest(known: Known) -> list[Push]:
    """Return the latest readings of each device as one push."""
    by_device: dict[str, list[Sensor]] = {}
    for sensor in known.sensors.values():
        if sensor.sample is not None:
            by_device.setdefault(sensor.info.device_id, []).append(sensor)
    return [
        Push(
            device_id=device_id,
            received=max(s.received for s in sensors if s.received),
            via="stored",
            samples=tuple(
                replace(s.sample, online=s.online, alarm=s.alarm)
                for s in sensors
                if s.sample
            ),
        )
        for device_id, sensors in by_device.items()
    ]
