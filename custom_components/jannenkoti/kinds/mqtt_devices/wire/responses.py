"""HTTP responses in the format and language of the original server."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from ..devices.log import MAX_PAGE, MAX_PAGE_SIZE, PAGE
from ..devices.modes import Configuration, TooLarge
from ..devices.schedule import ScheduleError
from .payload import Rejected, load_object
from .stream import Filter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .payload import Json

MAX_BODY: Final = 16 * 1024
"""A configuration has 8 kB at most, its device is as much again."""


@dataclass(frozen=True, slots=True)
class ErrorResponse:
    """Status and body of the response to a request that is rejected."""

    status: HTTPStatus
    error: str
    detail: str = ""

    def as_json(self) -> dict[str, str]:
        """Return the body in the shape of the original server."""
        return {"error": self.error, "detalle": self.detail}


class RequestRejected(Exception):
    """A request that gets an error response.

    Create a new instance for each raise: an instance at module level would keep the
    traceback of every raise, and with it the request.
    """

    def __init__(self, response: ErrorResponse) -> None:
        """Initialize with the response."""
        super().__init__(response)
        self.response = response


NOT_FOUND: Final = ErrorResponse(HTTPStatus.NOT_FOUND, "Dispositivo no encontrado")
NO_PATH: Final = ErrorResponse(HTTPStatus.NOT_FOUND, "No encontrado")
NO_METHOD: Final = ErrorResponse(HTTPStatus.METHOD_NOT_ALLOWED, "Método no permitido")
NO_SERIAL: Final = ErrorResponse(HTTPStatus.BAD_REQUEST, "Falta serial_number")
NEVER_SEEN: Final = ErrorResponse(
    HTTPStatus.NOT_FOUND, "Dispositivo no encontrado", "No ha hablado todavía"
)
CLAIMED: Final = ErrorResponse(HTTPStatus.CONFLICT, "Dispositivo ya reclamado")
NOT_CLAIMED: Final = ErrorResponse(HTTPStatus.CONFLICT, "Dispositivo no reclamado")
EXISTS: Final = ErrorResponse(HTTPStatus.CONFLICT, "Dispositivo ya existe")
BODY_TOO_LARGE: Final = ErrorResponse(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Cuerpo demasiado grande"
)
TOO_LARGE: Final = ErrorResponse(
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Configuración demasiado grande"
)
NOT_JSON: Final = ErrorResponse(HTTPStatus.BAD_REQUEST, "JSON inválido")
TOO_SLOW: Final = ErrorResponse(HTTPStatus.REQUEST_TIMEOUT, "Cuerpo incompleto")
TOO_OFTEN: Final = ErrorResponse(HTTPStatus.TOO_MANY_REQUESTS, "Demasiadas solicitudes")
NOT_LOCAL: Final = ErrorResponse(HTTPStatus.FORBIDDEN, "Solo desde la red local")
TOO_MANY_LISTENERS: Final = ErrorResponse(
    HTTPStatus.SERVICE_UNAVAILABLE, "Demasiados clientes"
)
NOT_READY: Final = ErrorResponse(HTTPStatus.SERVICE_UNAVAILABLE, "No disponible")
NOT_SAVED: Final = ErrorResponse(
    HTTPStatus.SERVICE_UNAVAILABLE, "No disponible", "No se pudo guardar"
)
TOO_MANY_ENTITIES: Final = ErrorResponse(
    HTTPStatus.INSUFFICIENT_STORAGE, "Demasiados dispositivos"
)
_BAD_PAGE: Final = ErrorResponse(HTTPStatus.BAD_REQUEST, "Página inválida")
_NO_CONFIGURATION: Final = ErrorResponse(
    HTTPStatus.BAD_REQUEST, "Configuración inválida"
)
_BAD_FILTER: Final = ErrorResponse(HTTPStatus.BAD_REQUEST, "Filtro inválido")


def read_body(body: bytes) -> dict[str, Json]:
    """Parse the body of a claim or an update; raises RequestRejected."""
    try:
        fields = load_object(body, MAX_BODY)
    except Rejected:
        raise RequestRejected(NOT_JSON) from None
    configuration = fields.get("configuracion")
    if configuration is not None:
        check_configuration(configuration)
    return fields


def check_configuration(configuration: Json) -> None:
    """Check that a configuration can be read; raises RequestRejected."""
    if not isinstance(configuration, dict):
        raise RequestRejected(_NO_CONFIGURATION)
    try:
        Configuration.checked(configuration)
    except TooLarge:
        raise RequestRejected(TOO_LARGE) from None
    except ScheduleError as err:
        raise RequestRejected(
            ErrorResponse(HTTPStatus.BAD_REQUEST, "Horario inválido", str(err))
        ) from None


def read_page(query: Mapping[str, str]) -> tuple[int, int]:
    """Return number and size of the page that is asked for; raises RequestRejected."""
    try:
        number, size = int(query.get("page", 1)), int(query.get("per_page", PAGE))
    except ValueError:
        raise RequestRejected(_BAD_PAGE) from None
    return min(max(number, 1), MAX_PAGE), min(max(size, 1), MAX_PAGE_SIZE)


def read_filter(query: Mapping[str, str]) -> Filter:
    """Return which events a client asks for; raises RequestRejected."""
    claimed = query.get("reclamado", "").lower()
    if claimed not in {"", "true", "false"}:
        raise RequestRejected(_BAD_FILTER)
    return Filter(
        serial=query.get("serial") or None,
        claimed=claimed == "true" if claimed else None,
    )
