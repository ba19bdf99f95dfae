"""The dialogs that fix repair issues: each kind has its own in its ``repairs.py``."""

from typing import TYPE_CHECKING

import voluptuous as vol
from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow
from homeassistant.helpers import issue_registry as ir

from .const import CONF_KIND
from .issues import CONF_ENTRY_ID
from .registry import EXTRAS, async_import_from_kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from homeassistant.components.repairs import RepairsFlowResult
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant


class EntryFixFlow(RepairsFlow):
    """A dialog that changes the entry of an issue when the user confirms it.

    It ends with the reason ``gone`` if the entry or the issue no longer exists: the
    entry was removed, the problem is over, or another dialog has fixed it.
    """

    def __init__(self, fix: Callable[[HomeAssistant, ConfigEntry], None]) -> None:
        """Initialize; ``fix`` is called once, with the entry as it is then."""
        self._fix = fix

    async def async_step_init(
        self, _user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Start with the question."""
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Fix the problem after the user has confirmed it."""
        entry_id = str((self.data or {}).get(CONF_ENTRY_ID))
        entry = self.hass.config_entries.async_get_entry(entry_id)
        issue = ir.async_get(self.hass).async_get_issue(self.handler, self.issue_id)
        if entry is None or issue is None or not issue.active:
            return self.async_abort(reason="gone")
        if user_input is None:
            return self.async_show_form(
                step_id="confirm",
                data_schema=vol.Schema({}),
                description_placeholders=issue.translation_placeholders,
            )
        self._fix(self.hass, entry)
        return self.async_create_entry(data={})


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
