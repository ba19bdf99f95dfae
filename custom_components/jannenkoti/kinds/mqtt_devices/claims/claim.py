"""What a claim says: the text of a QR code, of the app, or of a form."""

import re
from dataclasses import dataclass, field, replace
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

    from ..wire.payload import Json

# What the original gives a device that says nothing of itself.
NO_NAME: Final = "No definido"
NO_TYPE: Final = "generico"
NO_MODEL: Final = "desconocido"
MAX_DESCRIPTION_LENGTH: Final = 255

# What the templates are claimed with.
CONFIGURATION: Final[Mapping[str, Json]] = {
    "intervalo_envio": 10,
    "encendido": True,
    "modo": "manual",
}

_OBJECT: Final = re.compile(r"\{.*\}", re.DOTALL)
_BARE: Final = re.compile(r"\S+")


class NotAClaim(ValueError):
    """A text that names no device."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a device is called and is."""

    name: str | None = None
    type: str = NO_TYPE
    model: str = NO_MODEL
    description: str = ""


NO_IDENTITY: Final = Identity()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A device that somebody wants to have, and how."""

    serial: str
    identity: Identity = NO_IDENTITY
    configuration: Mapping[str, Json] = field(default_factory=dict)

    def completed(self, offered: Identity) -> Claim:
        """Return this with what was said of the device before, where it is open."""
        said = self.identity
        identity = Identity(
            name=said.name or offered.name,
            type=offered.type if said.type == NO_TYPE else said.type,
            model=offered.model if said.model == NO_MODEL else said.model,
            description=said.description or offered.description,
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


def to_form(claim: Claim) -> dict[str, Any]:
    """Return what the form of a claim comes with."""
    identity = claim.identity
    return {
        CONF_NAME: identity.name or claim.serial,
        CONF_TYPE: "" if identity.type == NO_TYPE else identity.type,
        CONF_MODEL: "" if identity.model == NO_MODEL else identity.model,
        CONF_DESCRIPTION: identity.description,
        CONF_CONFIGURATION: dict(claim.configuration) or dict(CONFIGURATION),
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
    """Read the text of a QR code, wherever it was copied to; raises NotAClaim.

    It is a JSON object, maybe with other text around it, or the serial number alone.
    """
    text = text.strip()
    if (match := _OBJECT.search(text)) is not None:
        try:
            return claim_of(load_object(match[0], MAX_PAYLOAD))
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
