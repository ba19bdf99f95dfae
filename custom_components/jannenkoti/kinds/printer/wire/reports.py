"""Parse what a printer publishes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from ....lib.lenient_json import parse_lenient_json
from ....lib.reading import read_number

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST_REPORT: Final = 1024 * 1024
"""Bytes; a complete report of a printer with four AMS units has about 20 KB."""

SIGNATURE_ERROR: Final = 84033543
"""0x05024007: the command is not signed."""

_LONGEST_REASON: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The answer to a request."""

    command: str
    sequence: str
    success: bool
    reason: str
    error_code: int

    @property
    def needs_signature(self) -> bool:
        """Return whether the firmware accepts only signed commands."""
        return self.error_code == SIGNATURE_ERROR


def parse_report(payload: object) -> dict[str, Any] | None:
    """Return the object in a payload; None if it is not JSON, or too large."""
    if not isinstance(payload, bytes | bytearray | str):
        return None
    if len(payload) > LARGEST_REPORT:
        return None
    try:
        report = _load(payload)
    except ValueError:
        return None
    return report if isinstance(report, dict) else None


def _load(payload: bytes | bytearray | str) -> object:
    """Parse JSON, also with NaN or half of a surrogate pair; raises ValueError."""
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError:
        raw = payload.encode() if isinstance(payload, str) else bytes(payload)
        return parse_lenient_json(raw)


def replies_in(report: Mapping[str, Any]) -> list[Reply]:
    """Return the answers to requests in a report."""
    return [
        Reply(
            command=str(part.get("command")),
            sequence=str(part["sequence_id"]),
            success=str(part["result"]).lower() == "success",
            reason=_reason(part.get("reason")),
            error_code=int(read_number(part.get("err_code")) or 0),
        )
        for part in report.values()
        if isinstance(part, dict) and "result" in part and "sequence_id" in part
    ]


def _reason(raw: object) -> str:
    """Return the reason as text that can be written as JSON again."""
    return str(raw or "")[:_LONGEST_REASON].encode(errors="replace").decode()
