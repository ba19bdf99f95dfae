"""Old settings for entries: each kind reads its own, the user chooses the entry."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.translation import async_get_translations

from ..calls import CallFailed, async_call_action
from ..const import CONF_KIND, DOMAIN, LOGGER
from ..registry import OLD_SETTINGS, async_import_from_kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

_LIMIT: Final = 30.0  # s
_LONGEST: Final = 60

type Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What the old settings mean for the entries of a kind."""

    entries: Mapping[str, str]
    """The titles of the entries that can take them, by id."""
    options: Mapping[str, Mapping[str, Any]]
    """The options that change, by entry."""
    calls: tuple[tuple[str, str, Mapping[str, Any]], ...]
    """Actions of ours with the domain of their entity and their data, for what is no
    option; without a domain they are for the entry."""
    text: str
    """The same, for people."""


async def async_proposals(hass: HomeAssistant, rows: Rows) -> dict[str, Proposal]:
    """Return what is proposed, by kind; only for kinds that have an entry."""
    made: dict[str, Proposal] = {}
    for kind, (name, tables) in OLD_SETTINGS.items():
        entries = [
            entry
            for entry in hass.config_entries.async_entries(DOMAIN, include_ignore=False)
            if entry.data[CONF_KIND] == kind
        ]
        own = {table: rows[table] for table in tables if rows.get(table)}
        if entries and own:
            proposal = await _async_proposal(hass, kind, name, entries, own)
            if proposal.entries:
                made[kind] = proposal
    return made


async def _async_proposal(
    hass: HomeAssistant,
    kind: str,
    name: str,
    entries: list[ConfigEntry],
    rows: Rows,
) -> Proposal:
    """Return what is proposed for the entries of a kind."""
    module = await async_import_from_kind(hass, kind, name)
    calls = tuple(module.calls_from(rows))
    options = {
        entry.entry_id: module.options_from(rows, entry.options) for entry in entries
    }
    usable = {x.entry_id: x.title for x in entries if calls or options[x.entry_id]}
    labels = await _async_labels(hass, kind)
    first: Mapping[str, Any] = next((options[entry_id] for entry_id in usable), {})
    lines = [f"- {labels.get(key, key)}: {_shown(x)}" for key, x in first.items()]
    lines += [f"- {_shown(x)}" for x in module.names_from(rows)]
    return Proposal(entries=usable, options=options, calls=calls, text="\n".join(lines))


def _shown(value: object) -> str:
    """Return a value as text for the user."""
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)[:_LONGEST]


async def _async_labels(hass: HomeAssistant, kind: str) -> dict[str, str]:
    """Return what the options form of a kind calls its options."""
    texts = await async_get_translations(
        hass, hass.config.language, "options", [DOMAIN]
    )
    path = f"component.{DOMAIN}.options.step.{kind}"
    return {
        key.rpartition(".data.")[2]: text
        for key, text in texts.items()
        if key.startswith(path) and ".data." in key
    }


async def async_apply(
    hass: HomeAssistant, proposals: Mapping[str, Proposal], chosen: Mapping[str, str]
) -> int:
    """Apply the settings to the chosen entries; return how many were taken over."""
    taken = 0
    for kind, entry_id in chosen.items():
        proposal = proposals[kind]
        entry = hass.config_entries.async_get_entry(entry_id)
        if entry is None or entry_id not in proposal.entries:
            continue
        # First, because new options reload the entry.
        for action, domain, data in proposal.calls:
            taken += await _async_call(hass, entry_id, action, domain, data)
        if changes := proposal.options[entry_id]:
            hass.config_entries.async_update_entry(
                entry, options={**entry.options, **changes}
            )
            hass.config_entries.async_schedule_reload(entry_id)
            taken += len(changes)
    return taken


async def _async_call(
    hass: HomeAssistant,
    entry_id: str,
    action: str,
    domain: str,
    data: Mapping[str, Any],
) -> bool:
    """Call an action of ours for an entry; return whether it succeeded."""
    target: dict[str, Any] = {"config_entry_id": entry_id}
    if domain:
        entities = er.async_entries_for_config_entry(er.async_get(hass), entry_id)
        target = {
            "entity_id": [x.entity_id for x in entities if x.domain == domain][:1]
        }
    try:
        await async_call_action(hass, DOMAIN, action, {**target, **data}, within=_LIMIT)
    except CallFailed as err:
        LOGGER.warning("An old setting was not taken over: %s", err)
        return False
    return True
