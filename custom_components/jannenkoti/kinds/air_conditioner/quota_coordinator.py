"""The calls of a project on Tuya's cloud, counted for all of its entries together."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from homeassistant.core import callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ...const import CONF_KIND, DOMAIN
from ...issues import async_end_issue, docs_url
from ...lib.plain_text import without_links
from ...lib.quota import Level, Quota
from ...store import StoreNotWritten, entry_store
from .const import KIND_NAME
from .drivers.tuya.account import project_of

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

    from ...lib.quota import Plan
    from ...store import KindStore

# A power failure loses the calls of this time; a write for each call would wear out
# memory cards.
_SAVE_WITHIN = 300.0  # s

_ISSUES: Final = {
    Level.LOW: "air_conditioner_quota_low",
    Level.EXHAUSTED: "air_conditioner_quota_exhausted",
}
_SEVERITY: Final = {
    Level.LOW: ir.IssueSeverity.WARNING,
    Level.EXHAUSTED: ir.IssueSeverity.ERROR,
}


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
    """Delete a project that no entry uses any more; its issues also if none may."""
    entries = entries_of(hass, key)
    if all(entry.disabled_by is not None for entry in entries):
        forget_quota_issues(hass, key)
    if entries:
        return
    projects = hass.data.setdefault(_PROJECTS, _Projects())
    if (project := projects.known.pop(key, None)) is not None:
        await project.async_forget()
    else:
        await _store(hass, key).async_remove()


def _store(hass: HomeAssistant, key: str) -> KindStore:
    return entry_store(hass, f"{key}.quota")


def entries_of(hass: HomeAssistant, project: str) -> list[ConfigEntry]:
    """Return the entries of a project, loaded or not."""
    return [
        entry
        for entry in hass.config_entries.async_entries(DOMAIN, include_ignore=False)
        if entry.data[CONF_KIND] == KIND_NAME and project_of(entry.data) == project
    ]


@callback
def show_quota_issues(hass: HomeAssistant, entry: ConfigEntry, quota: Quota) -> None:
    """Report that calls are few or used up; the issues close by themselves."""
    now, project = dt_util.utcnow(), project_of(entry.data) or ""
    level = quota.level(now)
    for its, key in _ISSUES.items():
        if level is not its:
            async_end_issue(hass, f"{key}_{project}")
            continue
        names = sorted(
            one.title for one in entries_of(hass, project) if one.disabled_by is None
        )
        ir.async_create_issue(
            hass,
            DOMAIN,
            f"{key}_{project}",
            is_fixable=False,
            learn_more_url=docs_url(key),
            severity=_SEVERITY[level],
            translation_key=key,
            translation_placeholders={
                "name": without_links(", ".join(names)),
                "limit": str(quota.plan.limit),
                "renews": quota.plan.period(now)[1].date().isoformat(),
            },
        )


@callback
def forget_quota_issues(hass: HomeAssistant, project: str) -> None:
    """Delete the issues of a project."""
    for key in _ISSUES.values():
        ir.async_delete_issue(hass, DOMAIN, f"{key}_{project}")
