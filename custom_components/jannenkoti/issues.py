"""The repair issues of an entry: each is there while its problem is."""

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, TypedDict, Unpack

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntryChange
from homeassistant.const import ATTR_FRIENDLY_NAME
from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.util.hass_dict import HassKey

from .const import CONF_KIND, DOMAIN
from .lib.plain_text import without_links
from .registry import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from homeassistant.config_entries import ConfigEntry
    from homeassistant.core import HomeAssistant

DOCS: Final = "https://github.com/jannenkoti/jannenkoti/blob/main/docs"

LEARN_MORE: Final = "learn_more"
"""The placeholder of the link: Home Assistant shows none in a dialog that fixes."""

CONF_ENTRY_ID: Final = "entry_id"
_TITLE: Final = "title"  # of the entry when the issue was shown
_STORE: Final = "store_"  # The frame's own; a store decides when they are over.

_IGNORED: HassKey[set[str]] = HassKey(f"{DOMAIN}_ignored_issues")


class _Nature(TypedDict, total=False):
    """Properties of an issue; a warning without a dialog by default."""

    severity: ir.IssueSeverity
    is_fixable: bool
    """Whether the kind has a dialog for it, see `repairs.py`."""
    is_persistent: bool
    """Whether a restart keeps it: the next run would not detect the problem again."""


def issue_id(entry: ConfigEntry, key: str, part: str = "") -> str:
    """Return the id of an issue: of the entry, or of one part of it, such as a device.

    The key is also the translation key, and begins with the kind.
    """
    return "_".join(filter(None, (key, entry.entry_id, part)))


def kind_of(key: str) -> str | None:
    """Return the kind of an issue; None if it is the frame's."""
    return next((kind for kind in KINDS if key.startswith(f"{kind}_")), None)


def docs_url(key: str) -> str:
    """Return the address of the section about an issue.

    Its heading is the key without the kind: *Meter sign* for ``heating_meter_sign``.
    """
    kind = kind_of(key)
    section = key.removeprefix(f"{kind}_").replace("_", "-")
    return f"{DOCS}/{kind or 'repairs'}.md#{section}"


def entity_names(hass: HomeAssistant, entity_ids: Iterable[str]) -> str:
    """Return the names of entities for a text; the id of one that has no name."""
    ids = list(entity_ids)
    names = {each: _entity_name(hass, each) for each in ids}
    number = Counter(names.values())
    return ", ".join(
        names[each] if number[names[each]] == 1 else f"{names[each]} ({each})"
        for each in ids
    )


def _entity_name(hass: HomeAssistant, entity_id: str) -> str:
    """Return the name that the user sees, also while the entity has no state."""
    if (state := hass.states.get(entity_id)) is not None:
        return str(state.attributes.get(ATTR_FRIENDLY_NAME) or entity_id)
    entry = er.async_get(hass).async_get(entity_id)
    return (entry and (entry.name or entry.original_name)) or entity_id


def issue_data(entry: ConfigEntry, kind: str | None) -> dict[str, str | None]:
    """Return the data of an issue: what its dialog and a renamed entry need."""
    return {CONF_KIND: kind, CONF_ENTRY_ID: entry.entry_id, _TITLE: entry.title}


@callback
def async_show_issue(
    hass: HomeAssistant,
    entry: ConfigEntry,
    key: str,
    placeholders: Mapping[str, str] | None,
    *,
    part: str = "",
    **nature: Unpack[_Nature],
) -> None:
    """Create or update an issue with its placeholders; delete it if they are None.

    The placeholder ``name`` is the title of the entry unless it is given. An issue that
    the user ignored stays ignored after a reload and a restart.
    """
    its_id = issue_id(entry, key, part)
    if placeholders is None:
        async_end_issue(hass, its_id)
        return
    shown = _without_links({"name": entry.title, **placeholders})
    if nature.get("is_fixable"):
        shown[LEARN_MORE] = docs_url(key)
    ir.async_create_issue(
        hass,
        DOMAIN,
        its_id,
        data=dict(issue_data(entry, kind_of(key))),
        is_fixable=nature.get("is_fixable", False),
        is_persistent=nature.get("is_persistent", False),
        learn_more_url=docs_url(key),
        severity=nature.get("severity", ir.IssueSeverity.WARNING),
        translation_key=key,
        translation_placeholders=shown,
    )
    _keep_ignored(hass, its_id)


@callback
def _keep_ignored(hass: HomeAssistant, its_id: str) -> None:
    """Ignore an issue that was ignored when its entry was unloaded."""
    if its_id in (ignored := hass.data.setdefault(_IGNORED, set())):
        ignored.discard(its_id)
        ir.async_get(hass).async_ignore(DOMAIN, its_id, ignore=True)


def _without_links(placeholders: Mapping[str, str]) -> dict[str, str]:
    """Return placeholders whose names from outside are no Markdown."""
    return {name: without_links(value) for name, value in placeholders.items()}


@callback
def async_end_issue(hass: HomeAssistant, its_id: str) -> None:
    """Delete an issue whose problem is over, or not detected yet.

    Of an issue of the previous run only "ignored" is left. That is kept: the problem
    may be detected again.
    """
    issue = ir.async_get(hass).async_get_issue(DOMAIN, its_id)
    if issue is not None and issue.active:
        ir.async_delete_issue(hass, DOMAIN, its_id)


@callback
def async_delete_issues(
    hass: HomeAssistant, entry: ConfigEntry, *keys: str, part: str = ""
) -> None:
    """Delete issues of what is removed, for example of a device."""
    for key in keys:
        ir.async_delete_issue(hass, DOMAIN, issue_id(entry, key, part))


@callback
def async_close_issues(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete the issues of an entry that is unloaded: the next run shows its own."""
    ignored = hass.data.setdefault(_IGNORED, set())
    for issue in _issues_of(hass, entry):
        if not issue.active or issue.is_persistent:
            continue
        if str(issue.translation_key).startswith(_STORE):
            continue
        if issue.dismissed_version is not None:
            ignored.add(issue.issue_id)
        ir.async_delete_issue(hass, DOMAIN, issue.issue_id)


@callback
def async_forget_issues(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete all issues of an entry that is removed or disabled."""
    for issue in _issues_of(hass, entry):
        ir.async_delete_issue(hass, DOMAIN, issue.issue_id)


@callback
def async_follow_entries(hass: HomeAssistant) -> None:
    """Update the issues of an entry that is renamed; delete those of a disabled one."""

    @callback
    def changed(change: ConfigEntryChange, entry: ConfigEntry) -> None:
        """Apply the change of an entry."""
        if entry.domain != DOMAIN or change is not ConfigEntryChange.UPDATED:
            return
        if entry.disabled_by is not None:
            async_forget_issues(hass, entry)
            return
        for issue in _issues_of(hass, entry):
            if issue.active and issue.data is not None:
                _rename(hass, issue, dict(issue.data), entry.title)

    async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, changed)


def _rename(
    hass: HomeAssistant, issue: ir.IssueEntry, data: dict[str, Any], title: str
) -> None:
    """Replace the former title of an entry in an issue."""
    before = data.get(_TITLE)
    if before in (None, title):
        return
    old, new = without_links(str(before)), without_links(title)
    shown = (issue.translation_placeholders or {}).items()
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue.issue_id,
        data={**data, _TITLE: title},
        is_fixable=bool(issue.is_fixable),
        is_persistent=issue.is_persistent,
        learn_more_url=issue.learn_more_url,
        severity=issue.severity or ir.IssueSeverity.WARNING,
        translation_key=str(issue.translation_key),
        translation_placeholders={n: new if v == old else v for n, v in shown},
    )


def _issues_of(hass: HomeAssistant, entry: ConfigEntry) -> Iterator[ir.IssueEntry]:
    """Yield the issues whose id names an entry; they may be deleted meanwhile."""
    named = re.compile(rf"(?<![0-9A-Za-z]){re.escape(entry.entry_id)}(?![0-9A-Za-z])")
    for (domain, its_id), issue in list(ir.async_get(hass).issues.items()):
        if domain == DOMAIN and named.search(its_id):
            yield issue
