"""Read the single fields of a report. None of these functions raises."""

import re
from typing import TYPE_CHECKING, Any, Final

from ....lib.reading import read_number

if TYPE_CHECKING:
    from collections.abc import Mapping

SECOND_LIGHT: Final = "chamber_light2"

type Raw = Mapping[str, Any]

_NEEDS_SIGNATURE: Final = 0x20000000
_NOT_UPDATING: Final = frozenset(
    {
        "",
        "IDLE",
        "UPGRADE_SUCCESS",
        "UPGRADE_FAIL",
        "DOWNLOAD_FAIL",
        "PRE_FLASH_FAIL",
        "FLASH_FAIL",
    }
)
_FAN_STEPS: Final = 15
_LONGEST_NAME: Final = 200
_TEMPERATURES: Final = (-100.0, 1000.0)
_SIGNAL: Final = re.compile(r"(-?\d{1,3})\s*dBm")
# Half of a surrogate pair cannot be written as JSON again.
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_NOZZLE_CODE: Final = re.compile(r"H[A-Z](\d\d)(?:-|$)")
_MATERIALS: Final = {
    "00": "stainless_steel",
    "01": "hardened_steel",
    "05": "tungsten_carbide",
}
_LONGEST_BITS: Final = 16
_WORD: Final = 0xFFFF
_LARGEST_PACKED: Final = 0xFFFFFFFF


def number(raw: Raw, key: str, lowest: float, highest: float) -> float | None:
    """Return a number within a range, which may be text."""
    found = read_number(raw.get(key))
    return found if found is not None and lowest <= found <= highest else None


def integer(raw: Raw, key: str, lowest: int, highest: int) -> int | None:
    """Return a whole number within a range, which may be text."""
    found = number(raw, key, lowest, highest)
    return None if found is None else int(found)


def temperature(raw: Raw, key: str) -> float | None:
    """Return a temperature in °C."""
    return number(raw, key, *_TEMPERATURES)


def child(raw: Raw, *keys: str) -> Raw:
    """Return an object inside another; an empty one if there is none."""
    for key in keys:
        inner = raw.get(key)
        raw = inner if isinstance(inner, dict) else {}
    return raw


def items(raw: Raw, key: str) -> list[dict[str, Any]]:
    """Return the objects in a list."""
    found = raw.get(key)
    listed = found if isinstance(found, list) else []
    return [item for item in listed if isinstance(item, dict)]


def name(raw: object, longest: int = _LONGEST_NAME) -> str | None:
    """Return a text without control characters; None if it is empty."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        raw = str(raw) if abs(raw) < 10**30 else ""
    if not isinstance(raw, str):
        return None
    return _CONTROLS.sub("", raw[:longest]).strip() or None


def bits(raw: object) -> int | None:
    """Return a bit field that is written in hexadecimal digits."""
    try:
        return (
            int(raw, 16) if isinstance(raw, str) and len(raw) <= _LONGEST_BITS else None
        )
    except ValueError:
        return None


def job_id(raw: Raw) -> str | None:
    """Return what distinguishes a job from the next one of the same file."""
    parts = (raw.get(key) for key in ("task_id", "subtask_id", "gcode_start_time"))
    known = [found for part in parts if (found := name(part)) not in {None, "0"}]
    return "-".join(known) if known else None


def fan(raw: Raw, key: str) -> int | None:
    """Return a fan speed in percent; the printer has 15 steps."""
    step = integer(raw, key, 0, _FAN_STEPS)
    return None if step is None else round(step * 100 / _FAN_STEPS)


def light(raw: Raw) -> bool | None:
    """Return whether the chamber light is on; flashing is on."""
    for item in items(raw, "lights_report"):
        if item.get("node") == "chamber_light":
            return item.get("mode") in {"on", "flashing"}
    return None


def has_second_light(raw: Raw) -> bool:
    """Return whether the chamber has two lights, as that of an H2."""
    nodes = [item.get("node") for item in items(raw, "lights_report")]
    return SECOND_LIGHT in nodes


def signal(raw: Raw) -> int | None:
    """Return the strength of the Wi-Fi signal in dBm."""
    text = raw.get("wifi_signal")
    found = _SIGNAL.fullmatch(text[:20].strip()) if isinstance(text, str) else None
    return int(found[1]) if found else None


def needs_signature(raw: Raw) -> bool:
    """Return whether the bit field `fun` requires signed commands."""
    try:
        return bool(int(str(raw.get("fun"))[:32], 16) & _NEEDS_SIGNATURE)
    except ValueError:
        return False


def liveview(raw: Raw) -> str | None:
    """Return the address of the stream; None if there is none, or it is off."""
    url = child(raw, "ipcam").get("rtsp_url")
    return url if isinstance(url, str) and url.startswith("rtsps://") else None


def updating(raw: Raw) -> bool:
    """Return whether an update is neither over nor only offered."""
    status = child(raw, "upgrade_state").get("status")
    return isinstance(status, str) and status.upper() not in _NOT_UPDATING


def firmware(info: Raw) -> str | None:
    """Return the version of the firmware in the answer to `get_version`."""
    for module in items(info, "module"):
        if module.get("name") == "ota":
            return name(module.get("sw_ver"))
    return None


def product(info: Raw) -> str | None:
    """Return the model; H2D and H2S have serial numbers that begin alike."""
    for module in items(info, "module"):
        if module.get("name") == "ota":
            found = name(module.get("product_name")) or ""
            return found.removeprefix("Bambu Lab").strip() or None
    return None


def nozzle_type(raw: Raw) -> str | None:
    """Return the material of the nozzle; newer firmware has a code with it."""
    found = name(raw.get("nozzle_type"))
    code = _NOZZLE_CODE.match(found or "")
    return found if code is None else _MATERIALS.get(code[1], found)


def chamber(raw: Raw) -> float | None:
    """Return the temperature of the chamber in °C.

    Newer firmware reports it beside its target, in the low 16 bits.
    """
    packed = integer(child(raw, "device", "ctc", "info"), "temp", 0, _LARGEST_PACKED)
    return temperature(raw, "chamber_temper") if packed is None else packed & _WORD
