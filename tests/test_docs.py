"""What the docs state about the repository: tests, functions, files and links exist."""

import ast
import json
import re
from functools import cache
from typing import TYPE_CHECKING

import pytest

from custom_components.jannenkoti.registry import KINDS

from .source import INTEGRATION, REPOSITORY, parsed

if TYPE_CHECKING:
    from pathlib import Path

PAGES = sorted(
    [
        *REPOSITORY.glob("*.md"),
        *(REPOSITORY / "docs").rglob("*.md"),
        INTEGRATION / "kinds" / "README.md",
    ]
)
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
_LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+\s+(.*)$", re.MULTILINE)
_CODE = re.compile(r"```.*?```", re.DOTALL)
_ACTION = re.compile(r"(?<![\w./])jannenkoti\.([a-z_]+)")
_PLACEHOLDER = re.compile(r"\{\w+\}")
_HOP = re.compile(r"`([\w/]+\.py): (\w+(?:\.\w+)?)`")


@cache
def names_in(path: Path) -> frozenset[str]:
    """Return what a module defines at its top level, and methods as Class.name."""
    found: set[str] = set()
    for node in parsed(path).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        if isinstance(node, ast.AnnAssign | ast.Assign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {each.id for each in targets if isinstance(each, ast.Name)}
        if isinstance(node, ast.ClassDef):
            found |= {
                f"{node.name}.{inner.name}"
                for inner in node.body
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef)
            }
    return frozenset(found)


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page, as GitHub makes them of headings."""
    text = _CODE.sub("", page.read_text(encoding="utf-8"))
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
        for heading in _HEADING.findall(text)
    }


def test_every_test_named_in_security_page_exists() -> None:
    text = (REPOSITORY / "docs" / "security.md").read_text(encoding="utf-8")
    named = _TEST.findall(text)
    assert len(named) > 20
    missing = [
        f"{file}::{name}"
        for file, name in named
        if not (REPOSITORY / file).exists() or name not in names_in(REPOSITORY / file)
    ]
    assert not missing


def test_every_statement_in_security_page_names_a_test() -> None:
    text = (REPOSITORY / "docs" / "security.md").read_text(encoding="utf-8")
    tables = re.findall(r"\| Statement \| Test \|\n\|[ \-|]+\|\n((?:\|.*\n)+)", text)
    assert tables
    for row in "".join(tables).splitlines():
        assert _TEST.search(row), row


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = _CODE.sub("", page.read_text(encoding="utf-8"))
    for link, image in _LINK.findall(text):
        address = link or image
        if address.startswith(("http://", "https://", "mailto:")):
            continue
        file, _, anchor = address.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), address
        if anchor:
            assert anchor in anchors(target), address


def test_every_function_in_the_table_of_hops_exists() -> None:
    text = (REPOSITORY / "docs" / "architecture.md").read_text(encoding="utf-8")
    hops = _HOP.findall(text)
    assert hops
    missing = [
        f"{file}: {name}"
        for file, name in hops
        if not (INTEGRATION / file).exists() or name not in names_in(INTEGRATION / file)
    ]
    assert not missing


def test_every_action_trigger_and_condition_named_in_docs_exists() -> None:
    described = "".join(
        (INTEGRATION / f"{name}.yaml").read_text(encoding="utf-8")
        for name in ("services", "triggers", "conditions")
    )
    actions = set(re.findall(r"^(\w+):", described, re.MULTILINE))
    named = {
        (page.name, action)
        for page in PAGES
        for action in _ACTION.findall(page.read_text(encoding="utf-8"))
    }
    assert len(named) > 20
    missing = sorted(each for each in named if each[1] not in actions)
    assert not missing


SECTIONS = (
    "Supported devices",
    "What you need",
    "Set it up",
    "Use it",
    "Entities",
    "Options",
    "Actions",
    "Data updates",
    "Troubleshooting",
    "Known limitations",
    "Removal",
)


@pytest.mark.parametrize("kind", KINDS)
def test_page_of_a_family_has_all_sections_in_order(kind: str) -> None:
    text = (REPOSITORY / "docs" / f"{kind}.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    found = [heading for heading in headings if heading in SECTIONS]
    # The reference follows the examples in an order of its own.
    assert found[:4] == list(SECTIONS[:4])
    assert found[-2:] == list(SECTIONS[-2:])
    assert sorted(found) == sorted(SECTIONS)
    assert "triggers:" in text  # an automation
    assert f"](images/{kind}.png)" in text


@pytest.mark.parametrize("kind", KINDS)
def test_page_of_a_family_names_its_triggers_and_conditions(kind: str) -> None:
    folder = INTEGRATION / "kinds" / kind / "texts"
    texts = json.loads((folder / "en.json").read_text("utf-8"))
    text = (REPOSITORY / "docs" / f"{kind}.md").read_text(encoding="utf-8")
    for part in ("triggers", "conditions"):
        for name, said in texts.get(part, {}).items():
            assert f"| *{said['name']}* (`jannenkoti.{name}`) |" in text


@pytest.mark.parametrize("kind", KINDS)
def test_docs_of_a_family_name_all_entities_options_and_actions(kind: str) -> None:
    texts = json.loads(
        (INTEGRATION / "kinds" / kind / "texts" / "en.json").read_text("utf-8")
    )
    pages = (REPOSITORY / "docs").glob(f"{kind}*.md")
    docs = "".join(page.read_text(encoding="utf-8") for page in pages).lower()
    steps = texts.get("options", {}).get("step", {}).values()
    forms = [
        form for step in steps for form in (step, *step.get("sections", {}).values())
    ]
    names = {
        *(
            entity.get("name", "")
            for platform in texts.get("entity", {}).values()
            for entity in platform.values()
        ),
        *(name for form in forms for name in form.get("data", {}).values()),
        *texts.get("services", {}),
    }
    parts = {part.strip() for name in names for part in _PLACEHOLDER.split(name)}
    missing = sorted(part for part in parts if part.lower() not in docs)
    assert missing == []
