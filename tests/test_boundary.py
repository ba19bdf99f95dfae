"""The four rules that hold the house up (docs/architecture.md), each tested here."""

import ast
import fnmatch
import importlib
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from homeassistant.const import Platform

from custom_components.jannenkoti.registry import EXTRAS, KINDS

from .source import (
    INTEGRATION,
    PACKAGE,
    REPOSITORY,
    calls,
    imports,
    module_name,
    parsed,
    python_files,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from custom_components.jannenkoti.kind import AnyKind

PLATFORMS = {str(platform) for platform in Platform}
KIND_FOLDERS = sorted(
    path for path in (INTEGRATION / "kinds").iterdir() if (path / "kind.py").exists()
)

# The modules whose names Home Assistant or the contract of a kind gives.
OF_A_KIND = PLATFORMS | {
    "actions",
    "coordinator",
    "diagnostics",
    "discovery",  # what is offered as a card
    "entity",
    "flow",
    "forms",  # the forms of flow.py as data
    "kind",
    "logbook",
    "media_source",
    "form",  # one of them that is long
    "repairs",
    "runtime",  # what an entry holds while it is loaded
    "statistics",  # the import into the recorder
    "subentry_flow",
    "view",
}
OF_THE_FRAME = PLATFORMS | {
    "__init__",
    "actions",
    "adjusting",  # which commands must turn no light on
    "answers",
    "calls",
    "compat",
    "condition",
    "config_flow",
    "described",
    "diagnostics",
    "entity",
    "flow",
    "frontend_files",
    "intent",
    "issues",
    "kind",
    "llm",
    "logbook",
    "media_source",
    "occurrences",
    "options_flow",
    "own_entities",
    "platform",
    "push",
    "registry",
    "renames",
    "repairs",
    "rights",
    "sentences",
    "spoken_commands",
    "statistics",
    "store",
    "subjects",
    "timers",
    "system_health",
    "trigger",
    "view",
}
# Those of the import of old data; the rest of its package is pure.
OF_THE_IMPORT = {
    "actions",
    "flow",
    "job",
    "language",
    "names",
    "old_settings",
    "statistics",
}
# Sub-packages that still hold Home Assistant code. This list only gets shorter.
NOT_YET_PURE = {("kinds", "tlink", "cloud")}
# voluptuous is Home Assistant's own engine under another name.
HOME_ASSISTANT = {"homeassistant", "probatio", "voluptuous"}

MOST_LINES = 350
MOST_LINES_OF_A_FUNCTION = 35
# Files that are tables, with the reason why they are long.
TABLES: dict[str, str] = {}

_PRIVATE = re.compile(r"(?<![\w$}.-])/(?:work|home/\w+)/")
_REGISTRY = re.compile(
    r"p[y]pi\.org|python[h]osted\.org|np[m]js\.(?:org|com)|crates\.io|proxy\.golang\.org"
    r"|deb\.debian\.org|archive\.ubuntu\.com"
)
_TEXT = {".json", ".md", ".py", ".svg", ".toml", ".yaml", ".yml", ".ambr", ".sh", ""}


def kind_of(name: str) -> AnyKind:
    """Return the contract of a kind."""
    kind: AnyKind = importlib.import_module(f"{PACKAGE}.kinds.{name}.kind").KIND
    return kind


def is_pure(path: Path) -> bool:
    """Say whether a module has to work without Home Assistant."""
    place = path.relative_to(INTEGRATION).parts
    if place[0] == "lib":
        return True
    if place[0] == "import_history":
        return path.stem not in OF_THE_IMPORT
    if place[0] != "kinds":
        return path.stem not in OF_THE_FRAME
    if len(place) > 3 and place[:3] not in NOT_YET_PURE:
        return True  # All sub-packages of a kind are pure.
    # A kind may split one of them, and then the last word says what it is: cloud_forms.
    return OF_A_KIND.isdisjoint({path.stem, path.stem.rpartition("_")[2]})


PURE = [path for path in python_files() if is_pure(path)]


# The room rule


def test_every_kind_has_a_folder_and_every_folder_is_a_kind() -> None:
    assert {path.name for path in KIND_FOLDERS} == set(KINDS)


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_has_a_module_for_each_of_its_platforms(name: str) -> None:
    folder = INTEGRATION / "kinds" / name
    modules = {path.stem for path in folder.glob("*.py")}
    assert modules & PLATFORMS == {str(at) for at in kind_of(name).platforms}
    for platform in kind_of(name).platforms:
        names = {
            node.name
            for node in parsed(folder / f"{platform}.py").body
            if isinstance(node, ast.AsyncFunctionDef)
        }
        assert "async_setup_entry" in names, platform


def test_top_level_platforms_are_the_same_nine_lines() -> None:
    used = {str(platform) for name in KINDS for platform in kind_of(name).platforms}
    there = {path.stem for path in INTEGRATION.glob("*.py")} & PLATFORMS
    assert there == used
    for platform in there:
        text = (INTEGRATION / f"{platform}.py").read_text(encoding="utf-8")
        assert nine_lines(platform).fullmatch(text), platform


# Platforms of which Home Assistant asks the integration, not an entry.
ASKED_FOR = {
    "logbook": "async_describe_events",
    "media_source": "async_browse",  # the source itself is of the frame
    "repairs": "async_create_fix_flow",
}


@pytest.mark.parametrize(("name", "function"), ASKED_FOR.items())
def test_other_platforms_are_registered_and_have_a_top_level_module(
    name: str, function: str
) -> None:
    having = {
        path.parent.name
        for path in (INTEGRATION / "kinds").glob(f"*/{name}.py")
        if function in path.read_text(encoding="utf-8")
    }
    assert having == set(EXTRAS.get(name, ()))
    at_top = (INTEGRATION / f"{name}.py").exists()
    assert at_top is (bool(having) or name == "repairs")  # The frame has issues, too.


def nine_lines(platform: str) -> re.Pattern[str]:
    """Return what a top-level platform looks like."""
    place = rf"``kinds/<kind>/{platform}\.py``"
    return re.compile(
        rf'"""[A-Z][a-z ]+: each kind has its own in {place}\."""'
        r"""

from homeassistant\.const import Platform

from \.platform import hand_on

PARALLEL_UPDATES = 0  # Unlimited, because each client limits its own requests\.

"""
        rf"async_setup_entry = hand_on\(Platform\.{platform.upper()}\)\n"
    )


# The name rule


@pytest.mark.parametrize("path", PURE, ids=shown)
def test_pure_module_does_not_import_home_assistant(path: Path) -> None:
    assert not HOME_ASSISTANT & {name.split(".")[0] for name in imports(path)}


def test_pure_modules_can_be_imported_without_home_assistant() -> None:
    packages = {PACKAGE} | {
        module_name(path) for path in INTEGRATION.rglob("__init__.py")
    }
    modules = sorted({module_name(path) for path in PURE} - packages)
    run_python(_WITHOUT_HOME_ASSISTANT, PACKAGE, str(INTEGRATION), *modules)


_WITHOUT_HOME_ASSISTANT = """
import importlib, sys, types

class Wall:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"homeassistant", "probatio", "voluptuous"}:
            raise ImportError("a pure module wants " + name)

sys.meta_path.insert(0, Wall())
package = types.ModuleType(sys.argv[1])
package.__path__ = [sys.argv[2]]  # its __init__ would import Home Assistant
sys.modules[sys.argv[1]] = package
for name in sys.argv[3:]:
    importlib.import_module(name)
"""


# No doors


@pytest.mark.parametrize("folder", KIND_FOLDERS, ids=lambda path: path.name)
def test_no_kind_imports_another(folder: Path) -> None:
    own = f"{PACKAGE}.kinds.{folder.name}"
    foreign = {
        f"{shown(path)} imports {name}"
        for path in folder.rglob("*.py")
        for name in imports(path)
        if name.startswith(f"{PACKAGE}.kinds.") and f"{name}.".find(f"{own}.") != 0
    }
    assert not foreign


def cycles(graph: dict[str, set[str]]) -> list[frozenset[str]]:
    """Return the sets of nodes that reach each other (Kosaraju's algorithm)."""
    order: list[str] = []
    seen: set[str] = set()

    def visit(node: str, edges: dict[str, set[str]], found: list[str]) -> None:
        if node not in seen:
            seen.add(node)
            for other in edges[node]:
                visit(other, edges, found)
            found.append(node)

    for node in graph:
        visit(node, graph, order)
    backward: dict[str, set[str]] = {node: set() for node in graph}
    for node, others in graph.items():
        for other in others:
            backward[other].add(node)
    seen.clear()
    groups: list[list[str]] = []
    for node in reversed(order):
        groups.append([])
        visit(node, backward, groups[-1])
    return [frozenset(group) for group in groups if len(group) > 1]


def test_cycles_are_found() -> None:
    graph = {"a": {"b"}, "b": {"c", "d"}, "c": {"a"}, "d": set[str]()}
    assert cycles(graph) == [frozenset("abc")]
    assert not cycles({"a": {"b"}, "b": set()})


def test_no_modules_import_each_other_even_for_types() -> None:
    modules = {module_name(path): path for path in python_files()}
    graph = {
        name: {other for other in imports(path) if other in modules} - {name}
        for name, path in modules.items()
    }
    found = {
        frozenset(name.removeprefix(f"{PACKAGE}.") for name in cycle)
        for cycle in cycles(graph)
    }
    assert not found


# Sub-packages that decide or summarize know of no device and not of each other.
APART = ("insight", "planning")


@pytest.mark.parametrize("part", APART)
@pytest.mark.parametrize("folder", KIND_FOLDERS, ids=lambda path: path.name)
def test_planning_and_insight_import_neither_drivers_nor_each_other(
    folder: Path, part: str
) -> None:
    own = f"{PACKAGE}.kinds.{folder.name}"
    forbidden = {"drivers", *APART} - {part}
    for path in (folder / part).rglob("*.py"):
        for name in imports(path):
            inside = name.removeprefix(f"{own}.").split(".")[0]
            assert not (name.startswith(own) and inside in forbidden), shown(path)


# Files at the top of a family; the rest goes into at most five sub-packages.
MOST_FILES = 30
MOST_PACKAGES = 5


@pytest.mark.parametrize("folder", KIND_FOLDERS, ids=lambda path: path.name)
def test_folders_of_a_kind_are_small(folder: Path) -> None:
    packages = [path.parent for path in folder.rglob("__init__.py")]
    for package in packages:
        assert len([*package.glob("*.py")]) <= MOST_FILES, shown(package)
    assert len([at for at in packages if at.parent == folder]) <= MOST_PACKAGES


def test_the_frame_imports_no_kind() -> None:
    for path in (
        *INTEGRATION.glob("*.py"),
        *(INTEGRATION / "lib").rglob("*.py"),
        *(INTEGRATION / "import_history").rglob("*.py"),
    ):
        for name in imports(path):
            assert not name.startswith(f"{PACKAGE}.kinds"), shown(path)


# Lazy rooms


def test_nothing_of_a_kind_is_loaded_without_an_entry() -> None:
    frame = [PACKAGE] + [
        f"{PACKAGE}.{path.stem}"
        for path in INTEGRATION.glob("*.py")
        if path.stem not in PLATFORMS | {"__init__", "compat"}
    ]
    run_python(_THE_FRAME_ALONE, *frame)


_THE_FRAME_ALONE = """
import importlib, sys

for name in sys.argv[1:]:
    importlib.import_module(name)
kinds = sys.argv[1] + ".kinds"
loaded = [n for n in sys.modules if n.startswith((kinds, "tinytuya", "aiohue"))]
sys.exit("loaded: " + ", ".join(loaded) if loaded else 0)
"""


@pytest.mark.parametrize("name", KINDS)
def test_a_home_with_one_kind_loads_that_kind_only(name: str) -> None:
    """In a process of its own, where nothing has been imported before."""
    arguments = ["-q", "-p", "no:cacheprovider", "tests/lazy_rooms.py", "-k", name]
    run_python("import pytest, sys; sys.exit(pytest.main(sys.argv[1:]))", *arguments)


def run_python(program: str, *arguments: str) -> None:
    """Run a program in a fresh interpreter; what it complains of is the failure."""
    ours = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    done = subprocess.run(  # noqa: S603  # Our own program.
        [sys.executable, "-c", program, *arguments],
        cwd=REPOSITORY,
        env=ours,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


# Small and tidy


@pytest.mark.parametrize("path", python_files(), ids=shown)
def test_modules_and_functions_are_short(path: Path) -> None:
    if path.relative_to(INTEGRATION).as_posix() not in TABLES:
        assert len(path.read_text(encoding="utf-8").splitlines()) < MOST_LINES
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            assert lines <= MOST_LINES_OF_A_FUNCTION, node.name


# Nothing that outlives its request


def test_timers_start_in_an_empty_context() -> None:
    for path in python_files():
        if path != INTEGRATION / "timers.py":
            names = {*imports(path)}
            assert "homeassistant.helpers.event.async_call_later" not in names, path


def test_code_of_other_integrations_is_called_in_one_place() -> None:
    for path in python_files():
        if path != INTEGRATION / "calls.py":
            for name, call in calls(path):
                inside = ast.unparse(call)
                assert not (name == "async_call" and "services." in inside), path


# State that belongs to the process, with the reason.
SHARED = {
    "kinds/air_conditioner/drivers/tuya/log_filter.py": "so do the loggers",
}
_CHANGES = {"add", "append", "clear", "extend", "insert", "pop", "setdefault", "update"}


@pytest.mark.parametrize("path", python_files(), ids=shown)
def test_no_module_changes_its_own_globals(path: Path) -> None:
    if path.relative_to(INTEGRATION).as_posix() in SHARED:
        return
    module = parsed(path)
    own = {
        target.id
        for node in module.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    local = {
        node.id
        for function in ast.walk(module)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    for node in ast.walk(module):
        assert not isinstance(node, ast.Global), shown(path)
        changed: ast.expr | None = None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in _CHANGES:
                changed = node.func.value
        elif isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
            changed = node.value
        if isinstance(changed, ast.Name):
            assert changed.id not in own - local, f"{shown(path)}: {changed.id}"


def test_caches_are_bounded() -> None:
    for path in python_files():
        for name, call in calls(path):
            if name == "lru_cache":
                sizes = [each.value for each in call.keywords if each.arg == "maxsize"]
                assert sizes, shown(path)
                assert ast.unparse(sizes[0]) != "None", shown(path)


def test_no_type_error_is_ignored() -> None:
    for path in tracked_files():
        if path.suffix == ".py":
            assert f"type: {'ignore'}" not in path.read_text(encoding="utf-8"), path


def test_no_file_names_a_path_or_registry_of_the_build_machine() -> None:
    for path in tracked_files():
        text = path.read_text(encoding="utf-8")
        assert not (found := _PRIVATE.search(text)), f"{shown(path)}: {found}"
        assert not (found := _REGISTRY.search(text)), f"{shown(path)}: {found}"


def tracked_files() -> Iterator[Path]:
    """Yield the text files of the repository that Git does not ignore."""
    lines = (REPOSITORY / ".gitignore").read_text().splitlines()
    ignored = [".git", *(line.strip("/") for line in lines if line)]
    for folder, folders, files in os.walk(REPOSITORY):
        folders[:] = [
            name
            for name in folders
            if not any(fnmatch.fnmatch(name, pattern) for pattern in ignored)
        ]
        for name in files:
            if Path(name).suffix in _TEXT and name not in {".git", ".gitignore"}:
                yield Path(folder, name)
