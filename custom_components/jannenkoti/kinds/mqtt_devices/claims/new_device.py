"""Devices at their claim, and unclaimed devices as the HTTP responses have them."""

from copy import replace
from typing import TYPE_CHECKING

from ..devices.device import Device
from ..devices.device_types import device_type_of, unreadable_safety
from ..devices.modes import (
    EMPTY,
    MODE,
    ON,
    Configuration,
    ControlMode,
    TooLarge,
    as_estado,
)
from .claim import NO_NAME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..wire.payload import Json
    from .claim import Claim
    from .unclaimed import UnclaimedDevice


def at_claim(document: Mapping[str, Json], on: bool | None) -> Configuration:  # noqa: FBT001
    """Return the configuration of a claim: it never changes what a device does.

    ``on`` is what the device reports; None if it has not reported yet or does not say.
    A device without a mode gets one with its first report.
    """
    try:
        configuration = Configuration.of(document)
        if on is None or configuration.mode is ControlMode.SCHEDULE:
            return configuration
        return configuration.merged({MODE: ControlMode.MANUAL.value, ON: on})
    except TooLarge:
        return EMPTY


def until_first_report(claim: Claim) -> Claim:
    """Return a claim of a device that has not reported whether it is on.

    In manual mode it would obey the claim, and be on if the claim has no state. So it
    gets its mode with its first report.
    """
    try:
        mode = Configuration.of(claim.configuration).mode
    except TooLarge:
        return claim
    return without_command(claim) if mode is ControlMode.MANUAL else claim


def without_command(claim: Claim) -> Claim:
    """Return a claim that switches nothing, for it may be years old.

    The device gets a mode with its first report, in the state that it reports.
    """
    settings = {
        name: value
        for name, value in claim.configuration.items()
        if name not in {MODE, ON}
    }
    return replace(claim, configuration=settings)


def claimed_device(
    claim: Claim, device_id: int, unclaimed: UnclaimedDevice | None
) -> Device:
    """Return a device at its claim."""
    own = {} if unclaimed is None else unclaimed.configuration
    device = Device(
        id=device_id,
        serial=claim.serial,
        identity=claim.identity,
        parameters={},
        configuration=at_claim(
            {**own, **claim.configuration},
            None if unclaimed is None else unclaimed.on,
        ),
        version=1,
    )
    if unclaimed is None or not unclaimed.count:
        return device
    return replace(
        device,
        estado=unclaimed.estado if unclaimed.on is None else as_estado(on=unclaimed.on),
        parameters=unclaimed.parameters,
        unreadable=unreadable_safety(
            device_type_of(claim.serial), unclaimed.parameters, ()
        ),
        last_seen=unclaimed.last_seen,
        silent=False,
    )


def unclaimed_as_json(device: UnclaimedDevice) -> dict[str, Json]:
    """Return the device object of an unclaimed device."""
    offered = device.offered
    return {
        "id": device.id,
        "serial_number": device.serial,
        "nombre": offered.name or NO_NAME,
        "tipo": offered.type,
        "modelo": offered.model,
        "descripcion": offered.description,
        "estado": device.estado,
        "parametros": dict(device.parameters),
        "configuracion": dict(device.configuration),
        "reclamado": False,
    }
