"""What every repair issue must be like, checked wherever a test shows one."""

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from homeassistant.core import callback
from homeassistant.helpers import issue_registry as ir

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.issues import DOCS

from .source import INTEGRATION, REPOSITORY
from .test_docs import anchors

if TYPE_CHECKING:
    from homeassistant.core import Event, HomeAssistant

LANGUAGES: Final = ("en", "fi", "de", "es")

_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
# What only a programmer writes: the text of an object or of no object.
_OF_PYTHON: Final = re.compile(r"<[\w.]+ object|\bNone\b|\bTrue\b|\w+Error\(|^$|[{}]")


@cache
def texts(language: str) -> dict[str, Any]:
    """Return the texts of all issues in a language."""
    path = INTEGRATION / "translations" / f"{language}.json"
    issues: dict[str, Any] = json.loads(path.read_text("utf-8"))["issues"]
    return issues


def flat(value: Any) -> str:
    """Return all texts of an issue as one."""
    if isinstance(value, dict):
        return "\n".join(map(flat, value.values()))
    return str(value)


def placeholders(key: str, language: str = "en") -> set[str]:
    """Return the placeholders that the texts of an issue have."""
    return set(_PLACEHOLDER.findall(flat(texts(language)[key])))


def link_fault(url: str | None) -> str | None:
    """Return why a link does not lead to a section of the docs."""
    if url is None or not url.startswith(f"{DOCS}/"):
        return f"no link to the docs: {url}"
    page, _, anchor = url.removeprefix(f"{DOCS}/").partition("#")
    path = REPOSITORY / "docs" / page
    if not path.exists():
        return f"no page {page}"
    return None if anchor in anchors(path) else f"no section {anchor} in {page}"


def faults(hass: HomeAssistant, issue: ir.IssueEntry) -> list[str]:
    """Return what is wrong with an issue that is shown."""
    key, given = str(issue.translation_key), issue.translation_placeholders or {}
    if key not in texts("en"):
        return [f"{key}: no text"]
    found = [link_fault(issue.learn_more_url)]
    if issue.is_fixable is not ("fix_flow" in texts("en")[key]):
        found.append("has a dialog without texts, or texts without a dialog")
    for name in placeholders(key):
        value = given.get(name)
        if value is None or _OF_PYTHON.search(value):
            found.append(f"{name} is {value!r}")
        for part in (value or "").split(", "):
            state = hass.states.get(part)
            if state is not None and "friendly_name" in state.attributes:
                found.append(f"{part} has a name: {state.name}")
    return [f"{key}: {fault}" for fault in found if fault]


@callback
def watch(hass: HomeAssistant) -> list[str]:
    """Return a list that collects what is wrong with each issue from now on."""
    found = list[str]()

    @callback
    def shown(event: Event[ir.EventIssueRegistryUpdatedData]) -> None:
        data = event.data
        if data["domain"] != DOMAIN:
            return
        issue = ir.async_get(hass).async_get_issue(DOMAIN, data["issue_id"])
        if issue is not None and issue.active:
            found.extend(faults(hass, issue))

    hass.bus.async_listen(ir.EVENT_REPAIRS_ISSUE_REGISTRY_UPDATED, shown)
    return found
