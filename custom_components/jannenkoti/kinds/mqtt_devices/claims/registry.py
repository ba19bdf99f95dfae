"""All devices of one base topic: who is rules, who is claimed, who speaks too much."""

from collections import Counter
from copy import replace
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from zlib import crc32

from ....lib.budget import Budget
from ..devices.device import Device, restored
from ..devices.device_rules import DeviceRules, MessageOutcome
from ..devices.log import Row, StateLog, rows_for
from ..devices.modes import EMPTY, Configuration, TooLarge
from ..wire.payload import Rejected, RejectReason, Report, parse
from .claim import NO_NAME
from .unclaimed import UnclaimedDevice, UnclaimedDevices

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, tzinfo

    from ..wire.payload import Json, Payload
    from .claim import Claim

_ID_DIGITS: Final = 10

# Buckets are small; a house with more devices forgets who was received longest ago.
_MAX_SOURCES: Final = 4096
_ID_BITS: Final = 0x7FFF_FFFF
"""The original's ids are those of a database: positive, of 31 bits at most."""


class Received(NamedTuple):
    """What a message has led to."""

    serial: str
    news: MessageOutcome | None = None
    """What is new of a claimed device; None for a unclaimed."""
    unclaimed: UnclaimedDevice | None = None
    is_new: bool = False
    """Whether the unclaimed was received for the first time."""
    gone: tuple[str, ...] = ()
    """UnclaimedDevices that had to make room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What is counted of all messages."""

    unclaimed: int
    refused: int
    floods: int


class DeviceRegistry:
    """The rules of one entry."""

    def __init__(
        self,
        zone: tzinfo,
        *,
        per_minute: int,
        most_unclaimed: int = UnclaimedDevices.MOST,
        settings: Mapping[str, Any] | None = None,
        history: Mapping[str, Any] | None = None,
    ) -> None:
        """Begin with what an earlier life has stored of claimed devices."""
        self.claimed: dict[str, DeviceRules] = {}
        self.unclaimed = UnclaimedDevices(most_unclaimed)
        self.rejected: Counter[RejectReason] = Counter()
        self.floods: Counter[str] = Counter()
        """Messages above the limit, of claimed devices only, so it is bounded."""
        self._zone = zone
        self._settings = dict(settings or {})
        self._history = dict(history or {})
        self._budget = Budget(per_minute, _MAX_SOURCES)
        self._serials: dict[int, str] = {}
        self._ids: dict[str, int] = {}
        """The reverse: who once had to take another id keeps it."""

    # --- messages --------------------------------------------------------------------

    def receive(self, payload: Payload, now: datetime) -> Received | None:
        """Take a message in; None if it was refused, which is counted."""
        try:
            report = parse(payload)
        except Rejected as refused:
            self.rejected[refused.reason] += 1
            return None
        return self.take_in(report, now)

    def take_in(self, report: Report, now: datetime) -> Received | None:
        """Hand a message to whom it is of."""
        serial = report.serial
        claimed = self.claimed.get(serial)
        if self._budget.take(serial, now):
            self.rejected[RejectReason.FLOOD] += 1
            if claimed is not None:
                self.floods[serial] += 1
            return None
        if claimed is not None:
            return Received(serial=serial, news=claimed.received(report, now))
        is_new = serial not in self.unclaimed
        gone = self.unclaimed.received(report, now, self._id_of(serial))
        self._forget_ids(gone)
        return Received(
            serial=serial,
            unclaimed=self.unclaimed.get(serial),
            is_new=is_new,
            gone=tuple(gone),
        )

    # --- claims ----------------------------------------------------------------------

    def claim(self, claim: Claim) -> DeviceRules:
        """Make a device one of ours, with all that a unclaimed was rules by."""
        serial = claim.serial
        unclaimed = self.unclaimed.forget(serial)
        settings = self._settings.pop(serial, None)
        history = self._history.pop(serial, {})
        if settings is None:
            device = _claimed(claim, self._id_of(serial), unclaimed)
        else:
            device_id = self._id_of(serial)
            device = restored(settings, history, device_id, claim)
        rows = (Row(*row) for row in history.get("log", ()))
        rules = DeviceRules(
            device,
            self._zone,
            gaps=tuple(history.get("gaps", ())),
            log=StateLog(rows, rows_for(len(self.claimed) + 1)),
        )
        self.claimed[serial] = rules
        return rules

    def completed(self, claim: Claim) -> Claim:
        """Return a claim with what was said of a unclaimed before, where it is open."""
        unclaimed = self.unclaimed.get(claim.serial)
        return claim if unclaimed is None else claim.completed(unclaimed.offered)

    def share_log(self) -> None:
        """Let every device keep its share of all rows."""
        most = rows_for(len(self.claimed))
        for rules in self.claimed.values():
            rules.log.limit(most)

    def unclaim(self, serial: str) -> None:
        """Forget a device; if it speaks again it is a unclaimed."""
        self.claimed.pop(serial, None)
        self.floods.pop(serial, None)
        self._forget_ids([serial])

    def age_out(self, now: datetime) -> list[str]:
        """Forget unclaimed that have gone; return them."""
        gone = self.unclaimed.age_out(now)
        self._forget_ids(gone)
        return gone

    def add_unclaimed(self, claim: Claim, now: datetime) -> Received:
        """Know a device that has not spoken yet; see that it is not rules before."""
        unclaimed = UnclaimedDevice(
            id=self._id_of(claim.serial),
            serial=claim.serial,
            first_seen=now,
            last_seen=now,
            count=0,
            parameters={},
            configuration={},
            offered=claim.identity,
        )
        gone = self.unclaimed.add(unclaimed)
        self._forget_ids(gone)
        return Received(
            serial=claim.serial, unclaimed=unclaimed, is_new=True, gone=tuple(gone)
        )

    # --- ids -------------------------------------------------------------------------

    def serial_of(self, number: str) -> str | None:
        """Return whose id it is, as it stands in an address."""
        rules = number.isascii() and number.isdecimal() and len(number) <= _ID_DIGITS
        return self._serials.get(int(number)) if rules else None

    def _id_of(self, serial: str) -> int:
        """Return the id of a device, the same in every life without being stored."""
        if (device_id := self._ids.get(serial)) is not None:
            return device_id
        device_id = crc32(serial.encode()) & _ID_BITS
        while device_id in self._serials:
            device_id = (device_id + 1) & _ID_BITS
        self._ids[serial] = device_id
        self._serials[device_id] = serial
        return device_id

    def _forget_ids(self, serials: list[str]) -> None:
        """Free the ids of those who are gone."""
        for serial in serials:
            if serial not in self.claimed and serial in self._ids:
                del self._serials[self._ids.pop(serial)]

    # --- what is sent ----------------------------------------------------------------

    def counts(self) -> Counts:
        """Return what is counted."""
        return Counts(
            unclaimed=len(self.unclaimed),
            refused=self.rejected.total() - self.rejected[RejectReason.FLOOD],
            floods=self.rejected[RejectReason.FLOOD],
        )

    def as_json(self) -> list[dict[str, Json]]:
        """Return all devices, as the HTTP answer has them."""
        claimed = [rules.device.as_json() for rules in self.claimed.values()]
        return claimed + [unclaimed_as_json(unclaimed) for unclaimed in self.unclaimed]

    def unclaimed_as_json_list(self) -> list[Json]:
        """Return those whom nobody has claimed, without what nobody knows of them."""
        keys = ("id", "serial_number", "estado", "parametros", "configuracion")
        return [
            {key: whole[key] for key in (*keys, "reclamado")}
            for whole in map(unclaimed_as_json, self.unclaimed)
        ]

    def one_as_json(self, serial: str) -> dict[str, Json]:
        """Return a device that is rules."""
        if (rules := self.claimed.get(serial)) is not None:
            return rules.device.as_json()
        return unclaimed_as_json(self.unclaimed.of(serial))

    def settings(self) -> dict[str, Any]:
        """Return what devices are sent, to be saved at once."""
        return {serial: rules.settings() for serial, rules in self.claimed.items()}

    def history(self) -> dict[str, Any]:
        """Return what devices have said: much, and no harm if some is lost."""
        return {serial: rules.history() for serial, rules in self.claimed.items()}

    def prune(self) -> None:
        """Forget what was stored of devices that nobody has claimed again."""
        self._settings.clear()
        self._history.clear()


def _claimed(claim: Claim, device_id: int, unclaimed: UnclaimedDevice | None) -> Device:
    """Return a device at its claim."""
    try:
        configuration = Configuration.of(claim.configuration)
    except TooLarge:
        configuration = EMPTY
    device = Device(
        id=device_id,
        serial=claim.serial,
        identity=claim.identity,
        parameters={},
        configuration=configuration,
        version=1,
    )
    if unclaimed is None or not unclaimed.count:
        return device
    return replace(
        device,
        estado=unclaimed.estado,
        parameters=unclaimed.parameters,
        last_seen=unclaimed.last_seen,
        silent=False,
    )


def unclaimed_as_json(unclaimed: UnclaimedDevice) -> dict[str, Json]:
    """Return the device object of a unclaimed."""
    offered = unclaimed.offered
    return {
        "id": unclaimed.id,
        "serial_number": unclaimed.serial,
        "nombre": offered.name or NO_NAME,
        "tipo": offered.type,
        "modelo": offered.model,
        "descripcion": offered.description,
        "estado": unclaimed.estado,
        "parametros": dict(unclaimed.parameters),
        "configuracion": {},
        "reclamado": False,
    }
