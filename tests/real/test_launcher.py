"""The launcher of the demo house leaves nothing behind, however it is ended."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from demo.waiting import eventually

from ..marks import REAL_HA

pytestmark = REAL_HA

ROOT = Path(__file__).parents[2]
LIMIT = 180


def children(pid: int) -> list[Path]:
    """Return the processes that a process has started, as their folders in /proc."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [Path("/proc") / child for child in listed.split()]


def content(folder: Path) -> list[Path]:
    return list(folder.iterdir())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("line", ["starting", "setting up"])
async def test_it_leaves_no_process_and_no_folder(
    number: signal.Signals, line: str, tmp_path: Path
) -> None:
    launcher = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "demo"),
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=asyncio.subprocess.PIPE,
        process_group=0,
    )
    assert launcher.stdout is not None
    try:
        async with asyncio.timeout(LIMIT):
            while line not in (await launcher.stdout.readline()).decode():
                pass

        async def started() -> list[Path]:
            return children(launcher.pid)

        home_assistant = await eventually(started, within=LIMIT, what="a process")
        assert content(tmp_path)
        launcher.send_signal(number)
        async with asyncio.timeout(LIMIT):
            await launcher.stdout.read()
            assert await launcher.wait() == 0
        assert not any(process.exists() for process in home_assistant)
        assert not content(tmp_path)
    finally:
        if launcher.returncode is None:
            launcher.kill()
            await launcher.wait()
