"""The state of a claimed device at one moment."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ....lib.hold import Hold
from .channels import served_to_new_firmware
from .device_types import canonical_name, device_type_of
from .modes import EMPTY, MODE, ON, UNKNOWN, Configuration, ControlMode, TooLarge, as_on
from .reported_state import is_of_new_firmware

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ....lib.echo import Echo
    from ....lib.stored import Stored
    from ..claims.claim import Claim, Identity
    from ..wire.payload import Json, Scalar
    from .channels import Target
    from .serial_conflict import ConflictSign

# What JavaScript and JSON parsers keep exactly.
_MAX_VERSION: Final = 2**53
# A hold lasts a week at most; one that is longer was not stored by us.
_LONGEST_HOLD: Final = timedelta(days=8)
# A position in percent is the greatest one.
_MAX_TARGET: Final = 100

_NO_PARAMETERS: Mapping[str, Scalar] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A hold of a device that was switched against its schedule."""

    hold: Hold
    on: bool


_OF_MESSAGES: Final = 8
"""Index of the first field of a device that a message replaces."""
_COMPARED: Final = 10
"""Index of the first of these that is not another one with each message."""


class Device(NamedTuple):
    """What is known of a device; each message makes another one."""

    id: int
    serial: str
    identity: Identity
    configuration: Configuration = EMPTY
    held: Held | None = None
    not_followed: bool | None = None
    """A command that the device has not carried out in time."""
    target: Target | None = None
    """The command that stands for new firmware, which needs it as a schedule."""
    version: int = 0
    """Of what is served; each change counts one."""
    # What follows is of the latest message.
    parameters: Mapping[str, Scalar] = _NO_PARAMETERS
    last_seen: datetime | None = None
    estado: str = UNKNOWN
    pending: Echo[bool] | None = None
    """A command that the device has not confirmed yet."""
    acknowledged: int | None = None
    silent: bool = True
    conflict: ConflictSign | None = None
    unreadable: tuple[str, ...] = ()
    """Safety parameters whose values cannot be read."""

    def reported(
        self,
        now: datetime,
        *,
        estado: str,
        parameters: Mapping[str, Scalar],
        pending: Echo[bool] | None,
        acknowledged: int | None,
        conflict: ConflictSign | None,
        unreadable: tuple[str, ...],
    ) -> Device:
        """Return the device after a message; `replace` takes ten times as long."""
        kept = self[:_OF_MESSAGES]
        latest = (estado, pending, acknowledged, False, conflict, unreadable)
        return Device._make((*kept, parameters, now, *latest))

    def differs(self, other: Device) -> bool:
        """Return whether anything but parameters and time differs."""
        return (
            self[_COMPARED:] != other[_COMPARED:]
            or self[:_OF_MESSAGES] != other[:_OF_MESSAGES]
        )

    @property
    def on(self) -> bool | None:
        """Whether it is on; the latest command counts until it could be confirmed."""
        return as_on(self.estado) if self.pending is None else self.pending.expected

    @property
    def is_commanded(self) -> bool:
        """Whether a command counts still, which the next message may show as done."""
        return (
            self.pending is not None
            or self.held is not None
            or self.not_followed is not None
            or self.target is not None
        )

    @property
    def unreadable_names(self) -> frozenset[str]:
        """The canonical names of the unreadable safety parameters."""
        return frozenset(map(canonical_name, self.unreadable))

    @property
    def own_value(self) -> Scalar | None:
        """The value of the parameter that the device moves."""
        own = device_type_of(self.serial).own_parameter
        return None if own is None else self.parameters.get(own)

    @property
    def is_new(self) -> bool:
        """Whether it has new firmware."""
        return is_of_new_firmware(device_type_of(self.serial), self.parameters)

    @property
    def served(self) -> Configuration:
        """The configuration that the device gets, in a form that its firmware obeys."""
        try:
            return self._served()
        except TooLarge:
            return self.intended

    def check_size(self) -> None:
        """Raise TooLarge if the form that the firmware obeys is too large."""
        self._served()

    def _served(self) -> Configuration:
        """Return the configuration that the device gets; raises TooLarge."""
        intended = self.intended
        if not self.is_new:
            return intended
        device_type = device_type_of(self.serial)
        return intended.merged(
            served_to_new_firmware(device_type, intended, self.target, self.own_value)
        )

    @property
    def intended(self) -> Configuration:
        """What the device should do: manual mode during a hold.

        In schedule mode the firmware obeys nothing but its schedule.
        """
        if self.held is None:
            return self.configuration
        manual: Mapping[str, Json] = {MODE: ControlMode.MANUAL, ON: self.held.on}
        return self.configuration.merged(manual)

    def as_json(self) -> dict[str, Json]:
        """Return the device object of the HTTP responses."""
        return {
            "id": self.id,
            "serial_number": self.serial,
            "nombre": self.identity.name or self.serial,
            "tipo": self.identity.type,
            "modelo": self.identity.model,
            "descripcion": self.identity.description,
            "estado": self.estado,
            "parametros": dict(self.parameters),
            "configuracion": dict(self.served.served),
            "reclamado": True,
        }


def restored(
    settings: Stored,
    history: Stored,
    device_id: int,
    claim: Claim,
    parameters: Mapping[str, Scalar] = _NO_PARAMETERS,
) -> Device:
    """Return a device as the previous run stored it, silent until it reports.

    What cannot be read is left out.
    """
    try:
        configuration = Configuration.of(settings.mapping("configuration"))
    except TooLarge:
        configuration = EMPTY
    return Device(
        id=device_id,
        serial=claim.serial,
        identity=claim.identity,
        estado=history.text("estado", UNKNOWN, 64),
        parameters=parameters,
        configuration=configuration,
        version=settings.integer("version", 1, 0, _MAX_VERSION),
        acknowledged=settings.integer("acknowledged", None, 0, _MAX_VERSION),
        last_seen=history.moment("last_seen", None),
        held=_restored_hold(settings.child("held")),
        target=settings.integer("target", None, 0, _MAX_TARGET),
    )


def settings_of(device: Device) -> dict[str, Any]:
    """Return what a device should do, as `restored` reads it."""
    held = device.held
    return {
        "configuration": dict(device.configuration.document),
        "version": device.version,
        "acknowledged": device.acknowledged,
        "target": device.target,
        "held": held
        and {
            "since": held.hold.since.isoformat(),
            "until": held.hold.until.isoformat(),
            "on": held.on,
        },
    }


def history_of(device: Device) -> dict[str, Any]:
    """Return what a device has reported, as `restored` reads it."""
    return {
        "estado": device.estado,
        "parameters": dict(device.parameters),
        "last_seen": device.last_seen and device.last_seen.isoformat(),
    }


def _restored_hold(held: Stored) -> Held | None:
    """Return the hold that was stored, if it is complete."""
    since, until = held.moment("since", None), held.moment("until", None)
    if since is None or until is None or "on" not in held:
        return None
    if not timedelta(0) <= until - since <= _LONGEST_HOLD:
        return None
    return Held(hold=Hold(since=since, until=until), on=held.truth("on", default=False))
