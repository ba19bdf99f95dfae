"""Old settings for entries: each kind reads its own, the user chooses the entry."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.translation import async_get_translations

from ..calls import CallFailed, async_call_action
from ..const import CONF_KIND, DOMAIN, LOGGER
from ..registry import OLD_SETTINGS, async_import_from_kind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

_LIMIT: Final = 30.0  # s
_LONGEST: Final = 60

type Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An option that would change."""

    before: Any
    """None if the entry uses the default."""
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What the old settings mean for the entries of a kind."""

    entries: Mapping[str, str]
    """The titles of the entries that can take them, by id."""
    changes: Mapping[str, Mapping[str, Change]]
    """The options that change, by entry."""
    calls: tuple[tuple[str, str, Mapping[str, Any]], ...]
    """Actions of ours with the domain of their entity and their data, for what is no
    option; without a domain they are for the entry."""
    names: tuple[str, ...]
    """What the actions are about, as text for the user."""
    labels: Mapping[str, str]
    """What the options form calls its options."""

    @property
    def lines(self) -> list[str]:
        """Return what changes, as text for the user."""
        several = len(self.entries) > 1
        first = next((self.changes[entry_id] for entry_id in self.entries), {})
        lines: list[str] = []
        for key, change in first.items():
            before = "" if several or change.before is None else shown(change.before)
            arrow = f"{before} → " if before else ""
            lines.append(f"{self.labels.get(key, key)}: {arrow}{shown(change.after)}")
        return [*lines, *map(shown, self.names)]


@dataclass(slots=True)
class Applied:
    """What became of the settings."""

    taken: int = 0
    failed: list[str] = field(default_factory=list)
    """What could not be taken over, as text."""


async def async_proposals(
    hass: HomeAssistant, rows: Rows, language: str | None = None
) -> dict[str, Proposal]:
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
            module = await async_import_from_kind(hass, kind, name)
            labels = await _async_labels(hass, kind, language or hass.config.language)
            proposal = _proposal(module, entries, own, labels)
            if proposal.entries:
                made[kind] = proposal
    return made


def _proposal(
    module: ModuleType, entries: list[ConfigEntry], rows: Rows, labels: dict[str, str]
) -> Proposal:
    """Return what is proposed for the entries of a kind."""
    calls = tuple(module.calls_from(rows))
    changes = {
        entry.entry_id: {
            key: Change(before=entry.options.get(key), after=value)
            for key, value in module.options_from(rows, entry.options).items()
        }
        for entry in entries
    }
    usable = {x.entry_id: x.title for x in entries if calls or changes[x.entry_id]}
    return Proposal(
        entries=usable,
        changes=changes,
        calls=calls,
        names=tuple(module.names_from(rows)),
        labels=labels,
    )


def shown(value: object) -> str:
    """Return a value as text for the user."""
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple):
        text = ", ".join(map(shown, value))
    elif isinstance(value, Mapping):
        text = " ".join(map(shown, value.values()))
    else:
        text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


async def _async_labels(
    hass: HomeAssistant, kind: str, language: str
) -> dict[str, str]:
    """Return what the options form of a kind calls its options."""
    texts = await async_get_translations(hass, language, "options", [DOMAIN])
    path = f"component.{DOMAIN}.options.step.{kind}"
    return {
        key.rpartition(".data.")[2]: text
        for key, text in texts.items()
        if key.startswith(path) and ".data." in key
    }


async def async_apply(
    hass: HomeAssistant, proposals: Mapping[str, Proposal], chosen: Mapping[str, str]
) -> Applied:
    """Apply the settings to the chosen entries."""
    applied = Applied()
    for kind, entry_id in chosen.items():
        proposal = proposals[kind]
        entry = hass.config_entries.async_get_entry(entry_id)
        if entry is None or entry_id not in proposal.entries:
            continue
        # First, because new options reload the entry.
        for action, domain, data in proposal.calls:
            await _async_call(hass, applied, entry_id, (action, domain, data))
        if changes := proposal.changes[entry_id]:
            after = {key: change.after for key, change in changes.items()}
            hass.config_entries.async_update_entry(
                entry, options={**entry.options, **after}
            )
            hass.config_entries.async_schedule_reload(entry_id)
            applied.taken += len(changes)
    return applied


async def _async_call(
    hass: HomeAssistant,
    applied: Applied,
    entry_id: str,
    call: tuple[str, str, Mapping[str, Any]],
) -> None:
    """Call an action of ours for an entry, and note whether it succeeded."""
    action, domain, data = call
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
        applied.failed.append(str(err))
    else:
        applied.taken += 1
