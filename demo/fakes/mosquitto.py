"""A real broker: mosquitto, in a process and a folder of its own, on loopback only."""

import asyncio
import contextlib
import shutil
import tempfile
from pathlib import Path
from typing import Self

from demo.home_assistant import free_port
from demo.waiting import eventually

# Debian installs it outside the PATH of ordinary users.
_PATH = "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/sbin"
_START_LIMIT = 10
_STOP_LIMIT = 5
_CONFIGURATION = """\
listener {port} 127.0.0.1
allow_anonymous true
persistence false
log_type error
"""


def mosquitto() -> str | None:
    """Return the program, None where there is none."""
    return shutil.which("mosquitto") or shutil.which("mosquitto", path=_PATH)


class Broker:
    """One broker; `async with` starts and stops it."""

    def __init__(self) -> None:
        """Choose a free port."""
        self.port = free_port()
        self._process: asyncio.subprocess.Process | None = None
        self._folder = ""

    async def __aenter__(self) -> Self:
        """Start it and wait until it answers."""
        configuration = self._configuration()
        try:
            self._process = await asyncio.create_subprocess_exec(
                *(mosquitto() or "mosquitto", "-c", str(configuration)),
                stdin=asyncio.subprocess.DEVNULL,
                # Ctrl-C is for the launcher.
                process_group=0,
            )
            await eventually(self._answers, within=_START_LIMIT, what="mosquitto")
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop it."""
        await self.stop()

    def _configuration(self) -> Path:
        """Write what it reads."""
        self._folder = tempfile.mkdtemp(prefix="jannenkoti-broker-")
        configuration = Path(self._folder, "mosquitto.conf")
        configuration.write_text(_CONFIGURATION.format(port=self.port))
        return configuration

    async def _answers(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        await writer.wait_closed()
        return True

    async def stop(self) -> None:
        """End the process and delete its folder."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()
            try:
                async with asyncio.timeout(_STOP_LIMIT):
                    await self._process.wait()
            except TimeoutError:
                self._process.kill()
                await self._process.wait()
            self._process = None
        shutil.rmtree(self._folder, ignore_errors=True)
