"""Assembled files are current, and assembling fails where two kinds clash."""

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from .source import INTEGRATION, REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

ASSEMBLE = REPOSITORY / "scripts" / "assemble"


def run_assemble(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run scripts/assemble of a repository."""
    return subprocess.run(  # noqa: S603  # Our own program.
        [sys.executable, root / "scripts" / "assemble", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the repository as far as texts go."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(ASSEMBLE, tmp_path / "scripts")
    shutil.copytree(
        INTEGRATION,
        tmp_path / "custom_components" / INTEGRATION.name,
        ignore=shutil.ignore_patterns("*.py", "__pycache__"),
    )
    return tmp_path


def test_assembled_files_are_current(copy: Path) -> None:
    done = run_assemble(REPOSITORY, "--check")
    assert done.returncode == 0, done.stdout
    text = copy / "custom_components" / INTEGRATION.name / "texts" / "fi.json"
    text.write_text(text.read_text().replace("lisätä", "poistaa"))
    done = run_assemble(copy, "--check")
    assert done.returncode == 1
    assert "fi.json is stale" in done.stdout
    assert run_assemble(copy).returncode == 0
    assert run_assemble(copy, "--check").returncode == 0


@pytest.mark.parametrize("name", ["texts/en.json", "icons.json"])
def test_same_key_in_two_kinds_is_an_error(copy: Path, name: str) -> None:
    kinds = copy / "custom_components" / INTEGRATION.name / "kinds"
    (kinds / "zoo" / "texts").mkdir(parents=True)
    shutil.copy(kinds / "air_conditioner" / name, kinds / "zoo" / name)
    done = run_assemble(copy)
    assert done.returncode == 1
    assert "Two kinds want" in done.stderr
