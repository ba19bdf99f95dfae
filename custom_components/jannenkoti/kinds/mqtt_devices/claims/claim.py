"""Claims of devices: from the text of a QR code, from an app or from a form."""

import re
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from ..const import (
    CONF_CONFIGURATION,
    CONF_DESCRIPTION,
    CONF_MODEL,
    CONF_NAME,
    CONF_SERIAL,
    CONF_TYPE,
)
from ..wire.payload import (
    MAX_NAME_LENGTH,
    MAX_PAYLOAD,
    Rejected,
    clean_serial,
    clean_text,
    load_object,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ....lib.stored import Stored
    from ..wire.payload import Json

# The defaults of the original server.
NO_NAME: Final = "No definido"
NO_TYPE: Final = "generico"
NO_MODEL: Final = "desconocido"
MAX_DESCRIPTION_LENGTH: Final = 255

# What a simulated device starts with, as the firmware's templates do.
CONFIGURATION: Final[Mapping[str, Json]] = {
    "intervalo_envio": 10,
    "encendido": True,
    "modo": "manual",
}

MAX_TEXT: Final = MAX_PAYLOAD
"""Characters of the text of a QR code."""

_BARE: Final = re.compile(r"\S+")


class NotAClaim(ValueError):
    """A text without a serial number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Name, type, model and description of a device."""

    name: str | None = None
    type: str = NO_TYPE
    model: str = NO_MODEL
    description: str = ""


NO_IDENTITY: Final = Identity()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The request to add a device."""

    serial: str
    identity: Identity = NO_IDENTITY
    configuration: Mapping[str, Json] = field(default_factory=dict)

    def completed(self, offered: Identity) -> Claim:
        """Return this with missing fields taken from what an app has posted before."""
        own = self.identity
        identity = Identity(
            name=own.name or offered.name,
            type=offered.type if own.type == NO_TYPE else own.type,
            model=offered.model if own.model == NO_MODEL else own.model,
            description=own.description or offered.description,
        )
        return replace(self, identity=identity)


def to_data(claim: Claim) -> dict[str, Any]:
    """Return what is stored of a claim, beside the name."""
    return {
        CONF_SERIAL: claim.serial,
        CONF_TYPE: claim.identity.type,
        CONF_MODEL: claim.identity.model,
        CONF_DESCRIPTION: claim.identity.description,
        CONF_CONFIGURATION: dict(claim.configuration),
    }


def from_data(name: str, data: Mapping[str, Any]) -> Claim:
    """Return the claim that was stored."""
    return Claim(
        serial=data[CONF_SERIAL],
        identity=Identity(
            name=name,
            type=data[CONF_TYPE],
            model=data[CONF_MODEL],
            description=data[CONF_DESCRIPTION],
        ),
        configuration=data[CONF_CONFIGURATION],
    )


def as_stored(identity: Identity) -> dict[str, Any]:
    """Return an identity to be stored."""
    return asdict(identity)


def from_stored(stored: Stored) -> Identity:
    """Return the identity that was stored; unreadable fields have their default."""
    return Identity(
        name=stored.text("name", None, MAX_NAME_LENGTH),
        type=stored.text("type", NO_TYPE, MAX_NAME_LENGTH),
        model=stored.text("model", NO_MODEL, MAX_NAME_LENGTH),
        description=stored.text("description", "", MAX_DESCRIPTION_LENGTH),
    )


def to_form(claim: Claim) -> dict[str, Any]:
    """Return what the form of a claim suggests, beside the configuration."""
    identity = claim.identity
    return {
        CONF_NAME: identity.name or claim.serial,
        CONF_TYPE: "" if identity.type == NO_TYPE else identity.type,
        CONF_MODEL: "" if identity.model == NO_MODEL else identity.model,
        CONF_DESCRIPTION: identity.description,
    }


def from_form(serial: str, answers: Mapping[str, Any]) -> Claim:
    """Return a claim with what the user has made of it."""
    return Claim(
        serial=serial,
        identity=Identity(
            name=answers[CONF_NAME],
            type=answers[CONF_TYPE] or NO_TYPE,
            model=answers[CONF_MODEL] or NO_MODEL,
            description=answers[CONF_DESCRIPTION],
        ),
        configuration=answers[CONF_CONFIGURATION],
    )


def parse_claim(text: str) -> Claim:
    """Parse the text of a QR code, wherever it was copied to; raises NotAClaim.

    It is a JSON object, possibly with other text around it, or a serial number alone.
    """
    text = text.strip()
    if len(text) > MAX_TEXT:
        raise NotAClaim
    first, last = text.find("{"), text.rfind("}")
    if first != -1 and last > first:
        try:
            return claim_of(load_object(text[first : last + 1], MAX_PAYLOAD))
        except Rejected:
            raise NotAClaim from None
    if _BARE.fullmatch(text) and (serial := clean_serial(text)):
        return Claim(serial=serial)
    raise NotAClaim


def claim_of(said: Mapping[str, Json]) -> Claim:
    """Read the body of a claim; raises NotAClaim."""
    serial = clean_serial(said.get("serial_number") or said.get("serial"))
    if serial is None:
        raise NotAClaim
    configuration = said.get("configuracion")
    return Claim(
        serial=serial,
        identity=Identity(
            name=clean_text(said.get("nombre"), MAX_NAME_LENGTH),
            type=clean_text(said.get("tipo"), MAX_NAME_LENGTH) or NO_TYPE,
            model=clean_text(said.get("modelo"), MAX_NAME_LENGTH) or NO_MODEL,
            description=clean_text(said.get("descripcion"), MAX_DESCRIPTION_LENGTH)
            or "",
        ),
        configuration=configuration if isinstance(configuration, dict) else {},
    )
