"""The dialogs that fix repair issues: each kind has its own in its ``repairs.py``."""

from typing import TYPE_CHECKING

from homeassistant.components.repairs import ConfirmRepairFlow

from .const import CONF_KIND
from .registry import EXTRAS, async_import_from_kind

if TYPE_CHECKING:
    from homeassistant.components.repairs import RepairsFlow
    from homeassistant.core import HomeAssistant


async def async_create_fix_flow(
    hass: HomeAssistant,
    issue_id: str,
    data: dict[str, str | int | float | None] | None,
) -> RepairsFlow:
    """Return the dialog of an issue; the data of a kind's issue name the kind."""
    kind = (data or {}).get(CONF_KIND)
    if isinstance(kind, str) and kind in EXTRAS.get("repairs", ()):
        module = await async_import_from_kind(hass, kind, "repairs")
        flow: RepairsFlow = await module.async_create_fix_flow(hass, issue_id, data)
        return flow
    return ConfirmRepairFlow()
