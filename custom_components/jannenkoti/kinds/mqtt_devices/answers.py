"""What the HTTP side answers: the original's shapes, in the original's language."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from .log import LARGEST_PAGE, LAST_PAGE, PAGE
from .modes import Configuration, TooLarge
from .payload import Refused, load_object
from .schedule import ScheduleError
from .stream import Filter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .payload import Json

LARGEST_BODY: Final = 16 * 1024
"""A configuration has 8 kB at most, its device is as much again."""


@dataclass(frozen=True, slots=True)
class Problem(Exception):
    """A request that is answered with an error."""

    status: HTTPStatus
    error: str
    detail: str = ""

    def as_json(self) -> dict[str, str]:
        """Return the body."""
        return {"error": self.error, "detalle": self.detail}


NOT_FOUND: Final = Problem(HTTPStatus.NOT_FOUND, "Dispositivo no encontrado")
NO_PATH: Final = Problem(HTTPStatus.NOT_FOUND, "No encontrado")
NO_METHOD: Final = Problem(HTTPStatus.METHOD_NOT_ALLOWED, "Método no permitido")
NO_SERIAL: Final = Problem(HTTPStatus.BAD_REQUEST, "Falta serial_number")
NEVER_SEEN: Final = Problem(
    HTTPStatus.NOT_FOUND, "Dispositivo no encontrado", "No ha hablado todavía"
)
CLAIMED: Final = Problem(HTTPStatus.CONFLICT, "Dispositivo ya reclamado")
NOT_CLAIMED: Final = Problem(HTTPStatus.CONFLICT, "Dispositivo no reclamado")
KNOWN: Final = Problem(HTTPStatus.CONFLICT, "Dispositivo ya existe")
BODY_TOO_LARGE: Final = Problem(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Cuerpo demasiado grande"
)
TOO_LARGE: Final = Problem(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Configuración demasiado grande"
)
NOT_JSON: Final = Problem(HTTPStatus.BAD_REQUEST, "JSON inválido")
TOO_SLOW: Final = Problem(HTTPStatus.REQUEST_TIMEOUT, "Cuerpo incompleto")
TOO_OFTEN: Final = Problem(HTTPStatus.TOO_MANY_REQUESTS, "Demasiadas solicitudes")
NOT_LOCAL: Final = Problem(HTTPStatus.FORBIDDEN, "Solo desde la red local")
TOO_MANY_LISTENERS: Final = Problem(
    HTTPStatus.SERVICE_UNAVAILABLE, "Demasiados clientes"
)
_BAD_PAGE: Final = Problem(HTTPStatus.BAD_REQUEST, "Página inválida")
_NO_CONFIGURATION: Final = Problem(HTTPStatus.BAD_REQUEST, "Configuración inválida")
_BAD_FILTER: Final = Problem(HTTPStatus.BAD_REQUEST, "Filtro inválido")


def read_body(body: bytes) -> dict[str, Json]:
    """Read the body of a claim or an update; raises Problem."""
    try:
        said = load_object(body, LARGEST_BODY)
    except Refused:
        raise NOT_JSON from None
    configuration = said.get("configuracion")
    if configuration is not None:
        check_configuration(configuration)
    return said


def check_configuration(configuration: Json) -> None:
    """See that a configuration can be read; raises Problem."""
    if not isinstance(configuration, dict):
        raise _NO_CONFIGURATION
    try:
        Configuration.checked(configuration)
    except TooLarge:
        raise TOO_LARGE from None
    except ScheduleError as err:
        raise Problem(HTTPStatus.BAD_REQUEST, "Horario inválido", str(err)) from None


def read_page(query: Mapping[str, str]) -> tuple[int, int]:
    """Return number and size of the page that is asked for; raises Problem."""
    try:
        number, size = int(query.get("page", 1)), int(query.get("per_page", PAGE))
    except ValueError:
        raise _BAD_PAGE from None
    return min(max(number, 1), LAST_PAGE), min(max(size, 1), LARGEST_PAGE)


def read_filter(query: Mapping[str, str]) -> Filter:
    """Return what a listener wants to hear of; raises Problem."""
    claimed = query.get("reclamado", "").lower()
    if claimed not in {"", "true", "false"}:
        raise _BAD_FILTER
    return Filter(
        serial=query.get("serial") or None,
        claimed=claimed == "true" if claimed else None,
    )
