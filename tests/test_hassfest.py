"""What Home Assistant's own validators demand, rebuilt from their published rules.

Hassfest looks at every manifest of the repository, not only at ours.
"""

import ast
import json
import re
from pathlib import Path
from typing import Any

import hass_frontend
import pytest

from .source import INTEGRATION, REPOSITORY, parsed, python_files, shown
from .test_texts import LANGUAGES, TEXTS, flat

ALIAS = re.compile(r"[A-Za-z][A-Za-z0-9]+ConfigEntry")

# Where hassfest looks for the annotation of an entry, by the module.
WITH_ENTRY = {
    "async_migrate_entry",
    "async_remove_config_entry_device",
    "async_remove_entry",
    "async_setup_entry",
    "async_unload_entry",
    "async_get_config_entry_diagnostics",
    "async_get_device_diagnostics",
}

MOST_OF_A_STATE = 41
"""Characters that a state may have before cards cut it."""
MOST_OF_AN_ERROR = 200

MANIFESTS = [
    path
    for path in REPOSITORY.rglob("manifest.json")
    if not {".venv", ".cache", ".demo", "node_modules"} & {*path.parts}
    and not any(part.startswith(".venv") for part in path.parts)
]


def components(path: Path) -> set[str]:
    """Return the components of Home Assistant that a folder's modules import."""
    found: set[str] = set()
    for module in path.rglob("*.py"):
        for node in ast.walk(parsed(module)):
            if isinstance(node, ast.ImportFrom) and node.module:
                parts = node.module.split(".")
                if parts == ["homeassistant", "components"]:
                    found |= {alias.name for alias in node.names}
                elif parts[:2] == ["homeassistant", "components"]:
                    found.add(parts[2])
    return found


# Of these no dependency is needed: Home Assistant sets them up when the user has them.
FREE = {"diagnostics", "repairs", "system_health", "sensor", "websocket_api", "webhook"}


def test_manifests_are_found() -> None:
    assert INTEGRATION / "manifest.json" in MANIFESTS
    assert len(MANIFESTS) < 10


@pytest.mark.parametrize("path", MANIFESTS, ids=shown)
def test_every_manifest_in_the_repository_is_valid(path: Path) -> None:
    manifest: dict[str, Any] = json.loads(path.read_text())
    keys = list(manifest)
    assert keys == ["domain", "name", *sorted(set(keys) - {"domain", "name"})]
    assert manifest["domain"] == path.parent.name
    assert manifest.keys() >= {"codeowners", "documentation", "iot_class", "version"}
    assert "home-assistant.io" not in manifest["documentation"]
    named = {*manifest.get("dependencies", ()), *manifest.get("after_dependencies", ())}
    if path.parent != INTEGRATION:  # Ours is looked at by test_manifest.py.
        assert components(path.parent) - FREE <= named


@pytest.mark.parametrize("path", MANIFESTS, ids=shown)
def test_integration_with_async_setup_has_a_config_schema(path: Path) -> None:
    module = parsed(path.parent / "__init__.py")
    functions = {n.name for n in module.body if isinstance(n, ast.AsyncFunctionDef)}
    assigned = {
        target.id
        for node in module.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert "async_setup" not in functions or "CONFIG_SCHEMA" in assigned


def test_after_dependencies_are_used() -> None:
    manifest = json.loads((INTEGRATION / "manifest.json").read_text())
    source = "\n".join(
        path.read_text(encoding="utf-8") for path in INTEGRATION.rglob("*.py")
    )
    for name in manifest["after_dependencies"]:
        assert re.search(rf'components\.{name}\b|import {name}\b|"{name}"', source), (
            name
        )


def test_config_flow_sets_a_unique_id() -> None:
    calls = {
        ast.unparse(node.func)
        for node in ast.walk(parsed(INTEGRATION / "config_flow.py"))
        if isinstance(node, ast.Call)
    }
    assert {"self.async_set_unique_id", "self._abort_if_unique_id_configured"} <= calls


def test_entry_annotations_are_aliases() -> None:
    found = 0
    for path in python_files():
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.AsyncFunctionDef) and node.name in WITH_ENTRY:
                annotation = node.args.args[1].annotation
                assert annotation, shown(path)
                assert ALIAS.fullmatch(ast.unparse(annotation)), shown(path)
                found += 1
    assert found >= len(WITH_ENTRY) - 1


def test_runtime_data_is_set_in_setup_entry() -> None:
    assert "entry.runtime_data = " in (INTEGRATION / "__init__.py").read_text()


def icons(tree: dict[str, Any]) -> set[str]:
    """Return all icons of a tree."""
    return {icon for icon in flat(tree).values() if icon.startswith("mdi:")}


def test_icons_are_known_to_the_frontend() -> None:
    path = Path(hass_frontend.__file__).parent / "static" / "mdi" / "iconList.json"
    known = {f"mdi:{icon['name']}" for icon in json.loads(path.read_text())}
    used = icons(json.loads((INTEGRATION / "icons.json").read_text()))
    for module in INTEGRATION.rglob("*.py"):
        used |= {*re.findall(r'"(mdi:[a-z0-9-]+)"', module.read_text(encoding="utf-8"))}
    assert used
    assert used <= known


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_not_overlong_and_menu_descriptions_are_sentences(
    language: str,
) -> None:
    for path, text in flat(TEXTS[language]).items():
        if ".state." in path:
            assert len(text) <= MOST_OF_A_STATE, path
        if ".error." in path or ".abort." in path:
            assert len(text) <= MOST_OF_AN_ERROR, path
        if ".menu_option_descriptions." in path:
            assert text.endswith("."), path


# Entities that show whether their source is there have to be available without it.
ALWAYS_AVAILABLE = {"kinds/tlink/binary_sensor.py"}


def test_available_includes_that_of_the_base_class() -> None:
    for path in INTEGRATION.rglob("*.py"):
        if path.relative_to(INTEGRATION).as_posix() in ALWAYS_AVAILABLE:
            continue
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef) and node.name == "available":
                assert "super().available" in ast.unparse(node), shown(path)
