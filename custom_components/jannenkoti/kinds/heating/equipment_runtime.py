"""Load the catalogue of equipment in a worker thread, and report a wrong file."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from ...issues import async_show_issue
from .inputs.equipment import MOST_BYTES, Catalogue, Problem, merge

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

USER_FILE: Final = "jannenkoti_equipment.yaml"
_BUILT_IN: Final = Path(__file__).with_name("equipment.yaml")

EQUIPMENT_ISSUES: Final = {
    Problem.SIZE: "heating_equipment_size",
    Problem.YAML: "heating_equipment_yaml",
    Problem.FIELD: "heating_equipment_field",
}


async def async_load_catalogue(hass: HomeAssistant) -> Catalogue:
    """Return the built-in equipment and that of the file in the config folder."""
    path = Path(hass.config.path(USER_FILE))
    return await hass.async_add_executor_job(_load, path)


def _load(path: Path) -> Catalogue:
    """Read both files; one that is not there or no file counts as empty."""
    return merge(_BUILT_IN.read_bytes(), _read(path))


def _read(path: Path) -> bytes | None:
    """Return the bytes of the user's file, one more than allowed if it is too large."""
    if not path.is_file():
        return None
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError:
        # No text: reported as a file that is no YAML.
        return b"\xff"


def async_show_equipment_issue(
    hass: HomeAssistant, entry: ConfigEntry, catalogue: Catalogue
) -> None:
    """Create the repair issue of what is wrong in the user's file, else delete it."""
    error = catalogue.error
    for problem, key in EQUIPMENT_ISSUES.items():
        shown = None
        if error is not None and error.problem is problem:
            shown = {
                "path": hass.config.path(USER_FILE),
                "line": str(error.line),
                "field": error.field,
                "allowed": error.allowed,
            }
        async_show_issue(hass, entry, key, shown)
