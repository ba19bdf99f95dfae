"""All devices of one base topic: who is known, who is claimed, who speaks too much."""

from collections import Counter
from copy import replace
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from zlib import crc32

from ....lib.budget import Budget
from ..devices.device import Device, restored
from ..devices.device_rules import Claimed, News
from ..devices.log import Log, Row, rows_for
from ..devices.modes import EMPTY, Configuration, TooLarge
from ..wire.payload import Fault, Refused, Report, parse
from .claim import NO_NAME
from .unclaimed import Stranger, Strangers

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, tzinfo

    from ..wire.payload import Json, Payload
    from .claim import Claim

_ID_DIGITS: Final = 10

# Buckets are small; a house with more devices forgets who was heard longest ago.
_MOST_SOURCES: Final = 4096
_ID_BITS: Final = 0x7FFF_FFFF
"""The original's ids are those of a database: positive, of 31 bits at most."""


class Heard(NamedTuple):
    """What a message has led to."""

    serial: str
    news: News | None = None
    """What is new of a claimed device; None for a stranger."""
    stranger: Stranger | None = None
    is_new: bool = False
    """Whether the stranger was heard for the first time."""
    gone: tuple[str, ...] = ()
    """Strangers that had to make room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What is counted of all messages."""

    strangers: int
    refused: int
    floods: int


class Hub:
    """The rules of one entry."""

    def __init__(
        self,
        zone: tzinfo,
        *,
        per_minute: int,
        most_strangers: int = Strangers.MOST,
        settings: Mapping[str, Any] | None = None,
        history: Mapping[str, Any] | None = None,
    ) -> None:
        """Begin with what an earlier life has stored of claimed devices."""
        self.claimed: dict[str, Claimed] = {}
        self.strangers = Strangers(most_strangers)
        self.faults: Counter[Fault] = Counter()
        self.floods: Counter[str] = Counter()
        """Messages above the limit, of claimed devices only, so it is bounded."""
        self._zone = zone
        self._settings = dict(settings or {})
        self._history = dict(history or {})
        self._budget = Budget(per_minute, _MOST_SOURCES)
        self._serials: dict[int, str] = {}
        self._ids: dict[str, int] = {}
        """The reverse: who once had to take another id keeps it."""

    # --- messages --------------------------------------------------------------------

    def receive(self, payload: Payload, now: datetime) -> Heard | None:
        """Take a message in; None if it was refused, which is counted."""
        try:
            report = parse(payload)
        except Refused as refused:
            self.faults[refused.fault] += 1
            return None
        return self.take_in(report, now)

    def take_in(self, report: Report, now: datetime) -> Heard | None:
        """Hand a message to whom it is of."""
        serial = report.serial
        claimed = self.claimed.get(serial)
        if self._budget.take(serial, now):
            self.faults[Fault.FLOOD] += 1
            if claimed is not None:
                self.floods[serial] += 1
            return None
        if claimed is not None:
            return Heard(serial=serial, news=claimed.heard(report, now))
        is_new = serial not in self.strangers
        gone = self.strangers.heard(report, now, self._id_of(serial))
        self._forget_ids(gone)
        return Heard(
            serial=serial,
            stranger=self.strangers.get(serial),
            is_new=is_new,
            gone=tuple(gone),
        )

    # --- claims ----------------------------------------------------------------------

    def claim(self, claim: Claim) -> Claimed:
        """Make a device one of ours, with all that a stranger was known by."""
        serial = claim.serial
        stranger = self.strangers.forget(serial)
        settings = self._settings.pop(serial, None)
        history = self._history.pop(serial, {})
        if settings is None:
            device = _claimed(claim, self._id_of(serial), stranger)
        else:
            device_id = self._id_of(serial)
            device = restored(settings, history, device_id, claim)
        rows = (Row(*row) for row in history.get("log", ()))
        known = Claimed(
            device,
            self._zone,
            gaps=tuple(history.get("gaps", ())),
            log=Log(rows, rows_for(len(self.claimed) + 1)),
        )
        self.claimed[serial] = known
        return known

    def completed(self, claim: Claim) -> Claim:
        """Return a claim with what was said of a stranger before, where it is open."""
        stranger = self.strangers.get(claim.serial)
        return claim if stranger is None else claim.completed(stranger.offered)

    def share_log(self) -> None:
        """Let every device keep its share of all rows."""
        most = rows_for(len(self.claimed))
        for known in self.claimed.values():
            known.log.limit(most)

    def unclaim(self, serial: str) -> None:
        """Forget a device; if it speaks again it is a stranger."""
        self.claimed.pop(serial, None)
        self.floods.pop(serial, None)
        self._forget_ids([serial])

    def age_out(self, now: datetime) -> list[str]:
        """Forget strangers that have gone; return them."""
        gone = self.strangers.age_out(now)
        self._forget_ids(gone)
        return gone

    def add_stranger(self, claim: Claim, now: datetime) -> Heard:
        """Know a device that has not spoken yet; see that it is not known before."""
        stranger = Stranger(
            id=self._id_of(claim.serial),
            serial=claim.serial,
            first_seen=now,
            last_seen=now,
            count=0,
            parameters={},
            configuration={},
            offered=claim.identity,
        )
        gone = self.strangers.add(stranger)
        self._forget_ids(gone)
        return Heard(
            serial=claim.serial, stranger=stranger, is_new=True, gone=tuple(gone)
        )

    # --- ids -------------------------------------------------------------------------

    def serial_of(self, number: str) -> str | None:
        """Return whose id it is, as it stands in an address."""
        known = number.isascii() and number.isdecimal() and len(number) <= _ID_DIGITS
        return self._serials.get(int(number)) if known else None

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

    # --- what is told ----------------------------------------------------------------

    def counts(self) -> Counts:
        """Return what is counted."""
        return Counts(
            strangers=len(self.strangers),
            refused=self.faults.total() - self.faults[Fault.FLOOD],
            floods=self.faults[Fault.FLOOD],
        )

    def as_json(self) -> list[dict[str, Json]]:
        """Return all devices, as the HTTP answer has them."""
        claimed = [known.device.as_json() for known in self.claimed.values()]
        return claimed + [stranger_as_json(stranger) for stranger in self.strangers]

    def strangers_as_json(self) -> list[Json]:
        """Return those whom nobody has claimed, without what nobody knows of them."""
        keys = ("id", "serial_number", "estado", "parametros", "configuracion")
        return [
            {key: whole[key] for key in (*keys, "reclamado")}
            for whole in map(stranger_as_json, self.strangers)
        ]

    def one_as_json(self, serial: str) -> dict[str, Json]:
        """Return a device that is known."""
        if (known := self.claimed.get(serial)) is not None:
            return known.device.as_json()
        return stranger_as_json(self.strangers.of(serial))

    def settings(self) -> dict[str, Any]:
        """Return what devices are told, to be saved at once."""
        return {serial: known.settings() for serial, known in self.claimed.items()}

    def history(self) -> dict[str, Any]:
        """Return what devices have said: much, and no harm if some is lost."""
        return {serial: known.history() for serial, known in self.claimed.items()}

    def prune(self) -> None:
        """Forget what was stored of devices that nobody has claimed again."""
        self._settings.clear()
        self._history.clear()


def _claimed(claim: Claim, device_id: int, stranger: Stranger | None) -> Device:
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
    if stranger is None or not stranger.count:
        return device
    return replace(
        device,
        estado=stranger.estado,
        parameters=stranger.parameters,
        last_seen=stranger.last_seen,
        silent=False,
    )


def stranger_as_json(stranger: Stranger) -> dict[str, Json]:
    """Return the device object of a stranger."""
    offered = stranger.offered
    return {
        "id": stranger.id,
        "serial_number": stranger.serial,
        "nombre": offered.name or NO_NAME,
        "tipo": offered.type,
        "modelo": offered.model,
        "descripcion": offered.description,
        "estado": stranger.estado,
        "parametros": dict(stranger.parameters),
        "configuracion": {},
        "reclamado": False,
    }
