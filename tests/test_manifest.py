"""What Home Assistant and HACS demand of an integration before they load it."""

import importlib.util
import json
import re
import struct
import tomllib
from pathlib import Path
from typing import Any

import homeassistant
import pytest
from homeassistant.const import Platform
from homeassistant.util.yaml import load_yaml_dict

from .source import INTEGRATION, REPOSITORY, imports, python_files

MANIFEST: dict[str, Any] = json.loads((INTEGRATION / "manifest.json").read_text())
HACS: dict[str, Any] = json.loads((REPOSITORY / "hacs.json").read_text())

REQUIRED = {
    "domain",
    "name",
    "codeowners",
    "config_flow",
    "documentation",
    "integration_type",
    "iot_class",
    "issue_tracker",  # For HACS.
    "version",
}
ALLOWED = REQUIRED | {
    "after_dependencies",
    "bluetooth",
    "dependencies",
    "dhcp",
    "homekit",
    "import_executor",
    "loggers",
    "mqtt",
    "requirements",
    "single_config_entry",
    "ssdp",
    "usb",
    "zeroconf",
}
HACS_ALLOWED = {
    "name",
    "content_in_root",
    "filename",
    "hacs",
    "hide_default_branch",
    "homeassistant",
    "persistent_directory",
    "zip_release",
}

SEMVER = re.compile(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?")
RANGE = re.compile(r"[a-zA-Z0-9_-]+>=\d+(\.\d+)*,<\d+(\.\d+)*")

# Home Assistant loads these itself where they are needed.
ALWAYS_THERE = {
    "diagnostics",
    "homeassistant",
    "repairs",
    "system_health",
    *map(str, Platform),
}

SIZES = {"": (256, 128, 256), "@2x": (512, 256, 512)}
"""Side of an icon; least and greatest shortest side of a logo."""


def test_manifest_has_the_required_keys_and_only_allowed_ones() -> None:
    assert MANIFEST.keys() >= REQUIRED
    assert MANIFEST.keys() <= ALLOWED


def test_manifest_keys_are_in_order() -> None:
    keys = list(MANIFEST)
    assert keys == ["domain", "name", *sorted(set(keys) - {"domain", "name"})]


def test_domain_is_the_name_of_the_folder() -> None:
    assert MANIFEST["domain"] == INTEGRATION.name


def test_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    assert SEMVER.fullmatch(MANIFEST["version"])
    assert MANIFEST["version"] == project["version"]
    changelog = (REPOSITORY / "CHANGELOG.md").read_text()
    assert f"## [{MANIFEST['version']}]" in changelog


def test_requirements_are_ranges() -> None:
    for requirement in MANIFEST["requirements"]:
        assert RANGE.fullmatch(requirement), requirement


def test_code_owners_are_named() -> None:
    assert MANIFEST["codeowners"]
    assert all(owner.startswith("@") for owner in MANIFEST["codeowners"])


@pytest.mark.parametrize("key", ["documentation", "issue_tracker"])
def test_links_lead_to_the_repository(key: str) -> None:
    assert MANIFEST[key].startswith("https://")
    assert "home-assistant.io" not in MANIFEST[key]


@pytest.mark.parametrize("key", ["after_dependencies", "dependencies"])
def test_dependencies_exist(key: str) -> None:
    assert MANIFEST[key] == sorted(MANIFEST[key])
    for name in MANIFEST[key]:
        assert importlib.util.find_spec(f"homeassistant.components.{name}"), name


def test_imported_components_are_dependencies() -> None:
    known = {*MANIFEST["dependencies"], *MANIFEST["after_dependencies"]}
    used = {
        name.split(".")[2]
        for path in python_files()
        for name in imports(path)
        if name.startswith("homeassistant.components.")
    }
    assert used - ALWAYS_THERE <= known


def test_hacs_manifest_is_valid() -> None:
    assert "name" in HACS
    assert HACS.keys() <= HACS_ALLOWED
    assert re.fullmatch(r"20\d\d\.\d+\.\d+", HACS["homeassistant"])
    assert HACS.get("zip_release") is None or HACS["filename"].endswith(".zip")


def test_every_rule_of_the_quality_scale_is_answered() -> None:
    components = Path(homeassistant.__path__[0], "components")
    names = load_yaml_dict(components / "mealie" / "quality_scale.yaml")["rules"].keys()
    rules = load_yaml_dict(INTEGRATION / "quality_scale.yaml")["rules"]
    assert rules.keys() == names
    for name, answer in rules.items():
        if isinstance(answer, dict):
            assert answer["status"] in {"done", "exempt", "todo"}, name
            assert answer["comment"], name
        else:
            assert answer == "done", name


@pytest.mark.parametrize("suffix", SIZES)
@pytest.mark.parametrize("theme", ["", "dark_"])
def test_brand_images_have_their_sizes(theme: str, suffix: str) -> None:
    side, least, greatest = SIZES[suffix]
    assert png_size(f"{theme}icon{suffix}.png") == (side, side)
    width, height = png_size(f"{theme}logo{suffix}.png")
    assert width > height
    assert least <= height <= greatest


def png_size(name: str) -> tuple[int, int]:
    """Return the size of a brand image; it has to be a PNG that can be seen through."""
    head = (INTEGRATION / "brand" / name).read_bytes()[:26]
    magic, width, height, _depth, colours = struct.unpack(">8s8x2I2B", head)
    assert magic == b"\x89PNG\r\n\x1a\n"
    assert colours == 6, "an alpha channel"
    return width, height
