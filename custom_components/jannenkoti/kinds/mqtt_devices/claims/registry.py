"""All devices of one base topic: claimed, unclaimed, and their message limits."""

from collections import Counter
from copy import replace
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from zlib import crc32

from ....lib.budget import Budget
from ....lib.stored import Stored
from ..devices.device import restored
from ..devices.device_rules import DeviceRules
from ..devices.device_types import device_type_of
from ..devices.log import StateLog, restored_row, rows_for
from ..devices.reported_state import in_firmware_words
from ..wire.payload import (
    Rejected,
    RejectReason,
    Report,
    clean_parameters,
    clean_serial,
    parse,
)
from .claim import Claim, as_stored, from_stored
from .new_device import (
    at_claim,
    claimed_device,
    unclaimed_as_json,
    until_first_report,
    without_command,
)
from .unclaimed import UnclaimedDevice, UnclaimedDevices

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime, tzinfo

    from ..devices.outcome import MessageOutcome
    from ..wire.payload import Json, Payload

_ID_DIGITS: Final = 10

# Buckets are small; with more devices, those that are silent longest start again.
_MAX_SOURCES: Final = 4096
_ID_BITS: Final = 0x7FFF_FFFF
"""The original's ids are those of a database: positive, of 31 bits at most."""


_DEVICES: Final = "devices"


class Received(NamedTuple):
    """What a message led to."""

    serial: str
    outcome: MessageOutcome | None = None
    """What changed about a claimed device; None for an unclaimed one."""
    is_new: bool = False
    """Whether the unclaimed device reported for the first time."""
    gone: tuple[str, ...] = ()
    """Unclaimed devices that it replaced."""
    is_held_back: bool = False
    """Whether it exceeded the limit; the latest of these is to be applied later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What is counted of all messages."""

    unclaimed: int
    rejected: int
    floods: int


class DeviceRegistry:
    """The rules of one entry: its claimed and unclaimed devices."""

    def __init__(
        self,
        zone: tzinfo,
        *,
        per_minute: int,
        most_unclaimed: int = UnclaimedDevices.MOST,
        settings: object = None,
        history: object = None,
        is_lost: bool = False,
    ) -> None:
        """Initialize with what the previous run stored of claimed devices.

        ``is_lost`` if there were settings that could not be loaded.
        """
        self.claimed: dict[str, DeviceRules] = {}
        self.unclaimed = UnclaimedDevices(most_unclaimed)
        self.rejected: Counter[RejectReason] = Counter()
        self.floods: Counter[str] = Counter()
        """Messages above the limit, of claimed devices only, so it is bounded."""
        self._held_back: dict[str, Report] = {}
        """The latest message above the limit, of claimed devices only."""
        self._zone = zone
        self.stored = [Stored({_DEVICES: part}) for part in (settings, history)]
        """What was stored, for the report of what could not be read."""
        self._settings, self._history = (it.named(_DEVICES) for it in self.stored)
        unreadable = set(self.stored[0].child(_DEVICES).keys()) - self._settings.keys()
        self._all_lost, self._lost = is_lost, unreadable
        self._budget = Budget(per_minute, _MAX_SOURCES)
        self._serials: dict[int, str] = {}
        self._ids: dict[str, int] = {}
        """The reverse: a device that had to take another id keeps it."""

    # --- messages --------------------------------------------------------------------

    def receive(self, payload: Payload, now: datetime) -> Received | None:
        """Apply a message; None if it was rejected, which is counted."""
        try:
            report = parse(payload)
        except Rejected as rejected:
            self.rejected[rejected.reason] += 1
            return None
        return self.take_in(report, now)

    def take_in(self, report: Report, now: datetime) -> Received | None:
        """Apply a parsed message to its device; None if it was rejected."""
        serial = report.serial
        report = in_firmware_words(report, device_type_of(serial))
        claimed = self.claimed.get(serial)
        if self._budget.take(serial, now):
            self.rejected[RejectReason.FLOOD] += 1
            if claimed is not None:
                self.floods[serial] += 1
                self._held_back[serial] = report
                return Received(serial=serial, is_held_back=True)
            return None
        if claimed is not None:
            self._held_back.pop(serial, None)  # older than this message
            return Received(serial=serial, outcome=claimed.received(report, now))
        is_new = serial not in self.unclaimed
        if report.is_last_will and is_new:
            return None
        gone = self.unclaimed.received(report, now, self._id_of(serial))
        self._forget_ids(gone)
        return Received(serial=serial, is_new=is_new, gone=tuple(gone))

    def apply_held_back(self, serial: str, now: datetime) -> Received | None:
        """Apply the latest message above the limit, so that no burst ends too early."""
        claimed, report = self.claimed.get(serial), self._held_back.pop(serial, None)
        if claimed is None or report is None:
            return None
        self._budget.take(serial, now)
        return Received(serial=serial, outcome=claimed.received(report, now))

    # --- claims ----------------------------------------------------------------------

    def claim(self, claim: Claim) -> DeviceRules:
        """Add a device, with what is known from its messages before the claim."""
        serial = claim.serial
        unclaimed = self.unclaimed.forget(serial)
        settings = self._settings.pop(serial, None)
        history = self._history.pop(serial, Stored(None))
        device_id = self._id_of(serial)
        if settings is None:
            if self._all_lost or serial in self._lost:
                claim = without_command(claim)
            device = claimed_device(claim, device_id, unclaimed)
        else:
            parameters = clean_parameters(history.mapping("parameters")) or {}
            device = restored(settings, history, device_id, claim, parameters)
        rows = history.list_of("log", restored_row)
        rules = DeviceRules(
            device,
            self._zone,
            gaps=tuple(history.numbers("gaps")),
            log=StateLog(rows, rows_for(len(self.claimed) + 1)),
        )
        self.claimed[serial] = rules
        return rules

    def completed(self, claim: Claim) -> Claim:
        """Return a claim with what is known of the device, where it is open.

        Its configuration keeps the device in the state that it reports.
        """
        unclaimed = self.unclaimed.get(claim.serial)
        if unclaimed is None or unclaimed.on is None:
            claim = until_first_report(claim)
        if unclaimed is None:
            return claim
        configuration = at_claim(
            {**unclaimed.configuration, **claim.configuration}, unclaimed.on
        )
        return replace(
            claim.completed(unclaimed.offered),
            configuration=configuration.document,
        )

    def share_log(self) -> None:
        """Let every device keep its share of all rows."""
        most = rows_for(len(self.claimed))
        for rules in self.claimed.values():
            rules.log.limit(most)

    def unclaim(self, serial: str) -> None:
        """Remove a device; its next message makes it an unclaimed one."""
        self.claimed.pop(serial, None)
        self.floods.pop(serial, None)
        self._held_back.pop(serial, None)
        self._forget_ids([serial])

    def age_out(self, now: datetime) -> list[str]:
        """Remove unclaimed devices that are silent for long; return them."""
        gone = self.unclaimed.age_out(now)
        self._forget_ids(gone)
        return gone

    def add_unclaimed(self, claim: Claim, now: datetime) -> Received:
        """Add a device that has not reported yet and that is not known."""
        unclaimed = UnclaimedDevice(
            id=self._id_of(claim.serial),
            serial=claim.serial,
            first_seen=now,
            last_seen=now,
            count=0,
            parameters={},
            configuration=claim.configuration,
            offered=claim.identity,
        )
        gone = self.unclaimed.add(unclaimed)
        self._forget_ids(gone)
        return Received(serial=claim.serial, is_new=True, gone=tuple(gone))

    # --- ids -------------------------------------------------------------------------

    def serial_of(self, number: str) -> str | None:
        """Return the serial number of an id, as it stands in an address."""
        is_id = number.isascii() and number.isdecimal() and len(number) <= _ID_DIGITS
        return self._serials.get(int(number)) if is_id else None

    def _id_of(self, serial: str) -> int:
        """Return the id of a device, the same in every run without being stored."""
        if (device_id := self._ids.get(serial)) is not None:
            return device_id
        device_id = crc32(serial.encode()) & _ID_BITS
        while device_id in self._serials:
            device_id = (device_id + 1) & _ID_BITS
        self._ids[serial] = device_id
        self._serials[device_id] = serial
        return device_id

    def _forget_ids(self, serials: list[str]) -> None:
        """Free the ids of devices that are gone."""
        for serial in serials:
            if serial not in self.claimed and serial in self._ids:
                del self._serials[self._ids.pop(serial)]

    # --- responses and storage -------------------------------------------------------

    def counts(self) -> Counts:
        """Return what is counted."""
        return Counts(
            unclaimed=len(self.unclaimed),
            rejected=self.rejected.total() - self.rejected[RejectReason.FLOOD],
            floods=self.rejected[RejectReason.FLOOD],
        )

    def as_json(self) -> list[dict[str, Json]]:
        """Return all devices, as the HTTP response has them."""
        claimed = [rules.device.as_json() for rules in self.claimed.values()]
        return claimed + [unclaimed_as_json(device) for device in self.unclaimed]

    def unclaimed_as_json_list(self) -> list[Json]:
        """Return the unclaimed devices, as the HTTP response has them."""
        keys = ("id", "serial_number", "estado", "parametros", "configuracion")
        return [
            {key: whole[key] for key in (*keys, "reclamado")}
            for whole in map(unclaimed_as_json, self.unclaimed)
        ]

    def one_as_json(self, serial: str) -> dict[str, Json]:
        """Return a device that exists."""
        if (rules := self.claimed.get(serial)) is not None:
            return rules.device.as_json()
        return unclaimed_as_json(self.unclaimed.of(serial))

    def settings(self, with_claims: Collection[str] = ()) -> dict[str, Any]:
        """Return what devices should do, to be saved at once.

        ``with_claims`` are devices whose claims are to be saved as well.
        """
        settings = {serial: rules.settings() for serial, rules in self.claimed.items()}
        for serial in with_claims:
            device = self.claimed[serial].device
            settings[serial]["claim"] = as_stored(device.identity)
        return settings

    def restored_claims(self) -> list[Claim]:
        """Return the claims that were saved with the settings."""
        return [
            Claim(serial=serial, identity=from_stored(stored.child("claim")))
            for serial, stored in self._settings.items()
            if "claim" in stored and clean_serial(serial) == serial
        ]

    def history(self) -> dict[str, Any]:
        """Return what devices have reported; some of it may be lost by a crash."""
        return {serial: rules.history() for serial, rules in self.claimed.items()}

    def prune(self) -> None:
        """Delete what was stored of devices that are not claimed any more."""
        self._settings.clear()
        self._history.clear()
        self._all_lost = False
        self._lost.clear()
