"""The calls of a project at Tuya's cloud, counted for all of its entries together."""

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from homeassistant.core import callback
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ...const import DOMAIN
from ...lib.quota import Quota
from ...store import entry_store
from .quota_repairs import entries_of, forget_quota_issues

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant
    from homeassistant.helpers.storage import Store

    from ...lib.quota import Plan

# A power cut may cost the count of so much time; a write per call would wear out cards.
_KEEP_CALLS = 300.0  # s


class Project:
    """What the entries that are loaded spend side by side."""

    def __init__(self, store: Store[dict[str, Any]], quota: Quota) -> None:
        """Begin without an entry."""
        self.quota = quota
        self._store = store
        self._plans: dict[str, Plan] = {}

    def join(self, entry_id: str, plan: Plan) -> None:
        """Let an entry take part."""
        self._plans[entry_id] = plan
        self._share()

    async def async_leave(self, entry_id: str) -> None:
        """Let an entry go, and write down what was spent."""
        del self._plans[entry_id]
        self._share()
        await self._store.async_save(self.quota.usage.as_dict())

    async def async_forget(self) -> None:
        """Delete what was written down."""
        await self._store.async_remove()

    @callback
    def count(self) -> None:
        """Note a call."""
        self.quota.count(dt_util.utcnow())
        self._store.async_delay_save(self.quota.usage.as_dict, _KEEP_CALLS)

    def _share(self) -> None:
        """Let the strictest of the entries' plans count, if they differ."""
        plans = self._plans.values()
        if plans:
            plan = min(plans, key=lambda plan: (plan.limit, plan.renewal_day))
            self.quota.share(plan, len(plans), dt_util.utcnow())


@dataclass(frozen=True, kw_only=True)
class _Projects:
    """Those that an entry has joined since Home Assistant was started."""

    known: dict[str, Project] = field(default_factory=dict)
    # Two entries that are set up at once must not both begin to count.
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


_PROJECTS: HassKey[_Projects] = HassKey(f"{DOMAIN}_tuya_projects")


async def async_join(
    hass: HomeAssistant, key: str, entry_id: str, plan: Plan
) -> Project:
    """Return a project, by what tells it from others, that an entry takes part in."""
    projects = hass.data.setdefault(_PROJECTS, _Projects())
    async with projects.lock:
        if (project := projects.known.get(key)) is None:
            store = _store(hass, key)
            quota = Quota(plan, dt_util.utcnow(), await store.async_load() or None)
            project = projects.known[key] = Project(store, quota)
    project.join(entry_id, plan)
    return project


async def async_forget_unused(hass: HomeAssistant, key: str) -> None:
    """Forget a project that no entry names any more."""
    if entries_of(hass, key):
        return
    forget_quota_issues(hass, key)
    projects = hass.data.setdefault(_PROJECTS, _Projects())
    if (project := projects.known.pop(key, None)) is not None:
        await project.async_forget()
    else:
        await _store(hass, key).async_remove()


def _store(hass: HomeAssistant, key: str) -> Store[dict[str, Any]]:
    return entry_store(hass, f"{key}.quota")
