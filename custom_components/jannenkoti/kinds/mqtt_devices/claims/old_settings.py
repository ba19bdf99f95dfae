"""The claimed devices of the original (table ``dispositivo``) as claims."""

import json
from typing import TYPE_CHECKING, Any, Final

from .claim import MAX_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    type Rows = Mapping[str, Sequence[Mapping[str, Any]]]

_TRUE: Final = frozenset({"1", "true", "t", "yes"})
_TEXTS: Final = ("serial_number", "nombre", "tipo", "modelo", "descripcion")


def _claimed(rows: Rows) -> Iterator[dict[str, Any]]:
    """Yield the claimed devices as the content of a QR code."""
    for row in rows.get("dispositivo", ()):
        if str(row.get("reclamado")).lower() not in _TRUE:
            continue
        claim: dict[str, Any] = {key: str(row[key]) for key in _TEXTS if row.get(key)}
        if "serial_number" not in claim:
            continue
        try:
            configuration = json.loads(str(row.get("configuracion")))
        except ValueError, RecursionError:
            configuration = None
        if isinstance(configuration, dict):
            claim["configuracion"] = configuration
        yield claim


def options_from(_rows: Rows, _options: Mapping[str, Any]) -> dict[str, Any]:
    """Return no options: the devices are claimed by an action."""
    return {}


def calls_from(rows: Rows) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield a claim for each device, with its schedules."""
    for claim in _claimed(rows):
        text = json.dumps(claim, ensure_ascii=False)
        if len(text) <= MAX_TEXT:
            yield "mqtt_devices_claim", "", {"qr_text": text}


def names_from(rows: Rows) -> Iterator[str]:
    """Yield the devices, as text for the user."""
    for claim in _claimed(rows):
        yield f"{claim.get('nombre', '')} ({claim['serial_number']})".strip()
