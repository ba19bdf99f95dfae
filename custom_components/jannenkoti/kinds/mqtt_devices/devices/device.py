"""All that is rules of a claimed device at one moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from ....lib.hold import Hold
from .modes import EMPTY, UNKNOWN, Configuration, ControlMode, as_on

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ....lib.echo import Echo
    from ..claims.claim import Claim, Identity
    from ..wire.payload import Json, Scalar
    from .serial_conflict import ConflictSign


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A device that somebody has switched over against its schedule."""

    hold: Hold
    on: bool


class Device(NamedTuple):
    """All that is rules of a device at one moment; each message makes another."""

    id: int
    serial: str
    identity: Identity
    parameters: Mapping[str, Scalar]
    estado: str = UNKNOWN
    configuration: Configuration = EMPTY
    held: Held | None = None
    pending: Echo[bool] | None = None
    """What it was sent and has not shown yet."""
    version: int = 0
    """Of what is served; each change counts one."""
    acknowledged: int | None = None
    last_seen: datetime | None = None
    silent: bool = True
    conflict: ConflictSign | None = None

    @property
    def on(self) -> bool | None:
        """Whether it is on: what it was sent last, until it had time to show it."""
        return as_on(self.estado) if self.pending is None else self.pending.expected

    @property
    def served(self) -> Configuration:
        """What it is sent: during a hold it is a device that is run by hand.

        The firmware obeys nobody but its schedule while the mode says so.
        """
        if self.held is None:
            return self.configuration
        by_hand: Mapping[str, Json] = {
            "modo": ControlMode.MANUAL,
            "encendido": self.held.on,
        }
        return self.configuration.merged(by_hand)

    def as_json(self) -> dict[str, Json]:
        """Return the device object of the HTTP answers."""
        return {
            "id": self.id,
            "serial_number": self.serial,
            "nombre": self.identity.name or self.serial,
            "tipo": self.identity.type,
            "modelo": self.identity.model,
            "descripcion": self.identity.description,
            "estado": self.estado,
            "parametros": dict(self.parameters),
            "configuracion": dict(self.served.document),
            "reclamado": True,
        }


def restored(
    settings: Mapping[str, Any],
    history: Mapping[str, Any],
    device_id: int,
    claim: Claim,
) -> Device:
    """Return a device as an earlier life has stored it, silent until it speaks."""
    held, last_seen = settings["held"], history.get("last_seen")
    return Device(
        id=device_id,
        serial=claim.serial,
        identity=claim.identity,
        estado=history.get("estado", UNKNOWN),
        parameters=history.get("parameters", {}),
        configuration=Configuration.of(settings["configuration"]),
        version=settings["version"],
        acknowledged=settings["acknowledged"],
        last_seen=datetime.fromisoformat(last_seen) if last_seen else None,
        held=held
        and Held(
            hold=Hold(
                since=datetime.fromisoformat(held["since"]),
                until=datetime.fromisoformat(held["until"]),
            ),
            on=held["on"],
        ),
    )
