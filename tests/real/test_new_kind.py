"""The skeleton that scripts/new_kind writes passes lint and its own tests."""

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.source import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

KIND = "heat_pump"
FOLDERS = ("custom_components", "demo", "docs", "scripts", "tests")
FILES = ("pyproject.toml", ".gitignore")
# What the frame checks of every family, beside the family's own tests.
FRAME = ("tests/test_boundary.py", "tests/test_entity_texts.py", "tests/test_texts.py")
CHECKS = f"{KIND} or menu or error or exception or alike or left_in_english"
LIMIT = 600  # s


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the repository with a new family."""
    root = tmp_path_factory.mktemp("repository")
    for name in FOLDERS:
        ignored = shutil.ignore_patterns("__pycache__", "snapshots", "images")
        shutil.copytree(REPOSITORY / name, root / name, ignore=ignored)
    for path in [*REPOSITORY.glob("*.md"), *(REPOSITORY / name for name in FILES)]:
        shutil.copy(path, root)
    run(root, "scripts/lib/new_kind.py", KIND)
    return root


def run(root: Path, *arguments: str) -> None:
    """Run a Python program in the copy; its output is shown if it fails."""
    done = subprocess.run(  # noqa: S603 - our own programs
        [sys.executable, *arguments],
        cwd=root,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def new_modules(root: Path) -> list[str]:
    """Return the modules of the new family, its tests and its demo."""
    found = [path for path in root.rglob("*.py") if KIND in str(path.relative_to(root))]
    assert len(found) > 12
    return [str(path) for path in found]


def test_skeleton_passes_lint(repository: Path) -> None:
    run(repository, "-m", "ruff", "check", *new_modules(repository))
    run(repository, "-m", "ruff", "format", "--check", *new_modules(repository))


def test_skeleton_passes_strict_types(repository: Path) -> None:
    cache = repository / ".mypy_cache"
    if (
        REPOSITORY / ".mypy_cache"
    ).exists():  # Otherwise Home Assistant is parsed again.
        shutil.copytree(REPOSITORY / ".mypy_cache", cache)
    run(repository, "-m", "mypy", *new_modules(repository))


def test_skeleton_passes_its_own_tests_and_those_of_the_frame(
    repository: Path,
) -> None:
    pytest_arguments = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-x")
    run(repository, *pytest_arguments, f"tests/pure/{KIND}", f"tests/kinds/{KIND}")
    run(repository, *pytest_arguments, *FRAME, "-k", CHECKS)


@pytest.mark.parametrize("name", ["Heat", "1x", "a__b", "class", "tlink_two"])
def test_impossible_name_is_refused(name: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, str(REPOSITORY / "scripts/lib/new_kind.py"), name],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
