"""The cards and the dashboard strategy: bundled from the sources, and served."""

import gzip
import hashlib
import json
import re
from typing import TYPE_CHECKING

import pytest
from homeassistant.components import frontend
from homeassistant.setup import async_setup_component

from custom_components.jannenkoti.const import DOMAIN
from custom_components.jannenkoti.frontend_files import FOLDER, LOADER
from custom_components.jannenkoti.kinds.heating.planning.slot_reasons import SlotReason
from custom_components.jannenkoti.registry import KINDS

from .source import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

    from homeassistant.core import HomeAssistant
    from pytest_homeassistant_custom_component.typing import (
        ClientSessionGenerator,
        WebSocketGenerator,
    )

SOURCES = REPOSITORY / "frontend"
TEXTS = SOURCES / "src" / "texts"
LANGUAGES = ("en", "fi", "de", "es")

MOST_OF_ALL = 80 * 1024  # Bytes, compressed: all own JavaScript.
MOST_OF_LOADER = 3 * 1024  # Bytes, compressed: what each page loads.
MOST_LINES = 350

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_USED = re.compile(r"\btext\(\s*\"(\w+)\"")
_IMPORTED = re.compile(r"\"\./([\w-]+\.js)\"")


def source_hash() -> str:
    """Return the hash of the sources, as `frontend/build.mjs` computes it."""
    names = ["build.mjs", "package.json", "tsconfig.json"]
    paths = [*(SOURCES / name for name in names), *SOURCES.glob("src/**/*.*")]
    digest = hashlib.sha256()
    for name, path in sorted((str(path.relative_to(SOURCES)), path) for path in paths):
        digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def bundles() -> list[Path]:
    return sorted(FOLDER.glob("*.js"))


def compressed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


def table(language: str) -> dict[str, str]:
    texts: dict[str, str] = json.loads((TEXTS / f"{language}.json").read_text())
    return texts


def typescript() -> list[Path]:
    return sorted(SOURCES.glob("src/**/*.ts"))


def test_bundle_is_built_from_the_present_sources() -> None:
    build = json.loads((FOLDER / "build.json").read_text())
    assert build == {"sources": source_hash()}, "run scripts/frontend"


def test_bundle_has_each_file_that_it_imports_and_no_other() -> None:
    imported = {
        name for path in bundles() for name in _IMPORTED.findall(path.read_text())
    }
    assert imported | {LOADER} == {path.name for path in bundles()}


def test_bundle_is_small_and_the_loader_smaller() -> None:
    assert sum(map(compressed, bundles())) <= MOST_OF_ALL
    assert compressed(FOLDER / LOADER) <= MOST_OF_LOADER


def test_loader_waits_for_no_other_file() -> None:
    # Until its elements are defined, a page shows an error in place of each card.
    loader = (FOLDER / LOADER).read_text()
    assert 'import("./' in loader
    assert not re.search(r'(^|[;}])import["{*a-z]', loader)


def test_versions_are_exact_and_no_lock_file_names_a_registry() -> None:
    package = json.loads((SOURCES / "package.json").read_text())
    versions = {**package["dependencies"], **package["devDependencies"]}
    assert {"lit", "esbuild", "typescript"} <= versions.keys()
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", each) for each in versions.values())
    assert not list(SOURCES.glob("*lock*"))


def test_texts_of_all_languages_have_the_same_keys_and_placeholders() -> None:
    english = table("en")
    for language in LANGUAGES:
        texts = table(language)
        assert list(texts) == list(english), language
        for key, text in texts.items():
            wanted = set(_PLACEHOLDER.findall(english[key]))
            assert set(_PLACEHOLDER.findall(text)) == wanted, (language, key)
            assert text.strip() == text, (language, key)
            assert text, (language, key)


def test_each_text_is_used() -> None:
    source = "".join(path.read_text() for path in typescript())
    for key in table("en"):
        assert f'"{key}"' in source or f"{key}:" in source, key


def test_each_device_family_has_a_module_of_the_dashboard() -> None:
    modules = (SOURCES / "src" / "strategy" / "modules.ts").read_text()
    registry = (SOURCES / "src" / "registry.ts").read_text()
    for kind in KINDS:
        assert f'"{kind}"' in modules, kind
        assert f'"{kind}"' in registry, kind


def test_no_element_of_home_assistant_is_used() -> None:
    for path in typescript():
        assert not re.search(r"<(ha|hui|mwc|wa)-", path.read_text()), path.name


@pytest.mark.parametrize("path", typescript(), ids=lambda path: path.stem)
def test_typescript_module_has_at_most_the_allowed_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MOST_LINES


async def test_pages_load_the_cards_under_the_path_of_their_build(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    assert await async_setup_component(hass, "frontend", {})
    assert await async_setup_component(hass, DOMAIN, {})
    urls = hass.data[frontend.DATA_EXTRA_MODULE_URL].urls
    [url] = [url for url in urls if DOMAIN in url]
    assert source_hash()[:12] in url
    client = await hass_client_no_auth()
    response = await client.get(url)
    assert response.status == 200
    assert "javascript" in response.headers["Content-Type"]
    assert "max-age=" in response.headers["Cache-Control"]
    assert await response.read() == (FOLDER / LOADER).read_bytes()
    beside = url.replace(LOADER, "../__init__.py")
    assert (await client.get(beside)).status == 404


async def test_integration_is_set_up_without_the_page(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    assert "frontend" not in hass.config.components
    assert frontend.DATA_EXTRA_MODULE_URL not in hass.data


async def test_sentences_of_plan_reasons_reach_the_plan_card(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    assert await async_setup_component(hass, "frontend", {})
    assert await async_setup_component(hass, DOMAIN, {})
    client = await hass_ws_client(hass)
    # What the card asks for, in the user's language.
    await client.send_json_auto_id(
        {
            "type": "frontend/get_translations",
            "language": "fi",
            "category": "common",
            "integration": [DOMAIN],
        }
    )
    texts = (await client.receive_json())["result"]["resources"]
    keys = {f"component.{DOMAIN}.common.heating_slot_{key}" for key in SlotReason}
    assert keys <= texts.keys()
