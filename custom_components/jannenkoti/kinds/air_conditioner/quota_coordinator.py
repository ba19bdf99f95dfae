"""The calls of a project on Tuya's cloud, counted for all of its entries together."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from homeassistant.core import callback
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ...const import DOMAIN
from ...lib.quota import Quota
from ...store import StoreNotWritten, entry_store
from .quota_repairs import entries_of, forget_quota_issues

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from ...lib.quota import Plan
    from ...store import KindStore

# A power failure loses the calls of this time; a write for each call would wear out
# memory cards.
_SAVE_WITHIN = 300.0  # s


class Project:
    """What the loaded entries of a project spend together."""

    def __init__(self, store: KindStore, quota: Quota) -> None:
        """Start without an entry."""
        self.quota = quota
        self._store = store
        self._plans: dict[str, Plan] = {}

    def join(self, entry_id: str, plan: Plan) -> None:
        """Add an entry."""
        self._plans[entry_id] = plan
        self._share()

    async def async_leave(self, entry_id: str) -> None:
        """Remove an entry, and save what was spent."""
        del self._plans[entry_id]
        self._share()
        with suppress(StoreNotWritten):  # The store reports it by itself.
            await self._store.async_save_now(self._as_dict)

    async def async_forget(self) -> None:
        """Delete what was stored."""
        await self._store.async_remove()

    @callback
    def count(self) -> None:
        """Count a call."""
        self.quota.count(dt_util.utcnow())
        self._store.save_soon(self._as_dict, _SAVE_WITHIN)

    def _as_dict(self) -> dict[str, Any]:
        # The usage is another object after each call.
        return self.quota.usage.as_dict()

    def _share(self) -> None:
        """Apply the strictest of the entries' plans, if they differ."""
        plans = self._plans.values()
        if plans:
            plan = min(plans, key=lambda plan: (plan.limit, plan.renewal_day))
            self.quota.share(plan, len(plans), dt_util.utcnow())


@dataclass(frozen=True, kw_only=True)
class _Projects:
    """Those that an entry has joined since Home Assistant was started."""

    known: dict[str, Project] = field(default_factory=dict)
    # Two entries that are set up at once must not both start to count.
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


_PROJECTS: HassKey[_Projects] = HassKey(f"{DOMAIN}_tuya_projects")


async def async_join(
    hass: HomeAssistant, key: str, entry_id: str, plan: Plan
) -> Project:
    """Return the project with a key, with an entry added to it."""
    projects = hass.data.setdefault(_PROJECTS, _Projects())
    async with projects.lock:
        if (project := projects.known.get(key)) is None:
            store = _store(hass, key)
            quota = Quota(plan, dt_util.utcnow(), await store.async_load())
            project = projects.known[key] = Project(store, quota)
    project.join(entry_id, plan)
    return project


async def async_forget_unused(hass: HomeAssistant, key: str) -> None:
    """Delete a project that no entry uses any more."""
    if entries_of(hass, key):
        return
    forget_quota_issues(hass, key)
    projects = hass.data.setdefault(_PROJECTS, _Projects())
    if (project := projects.known.pop(key, None)) is not None:
        await project.async_forget()
    else:
        await _store(hass, key).async_remove()


def _store(hass: HomeAssistant, key: str) -> KindStore:
    return entry_store(hass, f"{key}.quota")
