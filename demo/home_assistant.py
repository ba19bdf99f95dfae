"""A real Home Assistant in its own process and folder."""

import asyncio
import contextlib
import json
import os
import re
import signal
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from .zones import HELSINKI, place_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

_INTEGRATION = Path(__file__).parents[1] / "custom_components" / "jannenkoti"

# Home Assistant stops within this time; what still runs is killed.
_STOP_LIMIT = 30

_CONFIGURATION = """\
homeassistant:
  name: Demo house
  time_zone: {zone}
  country: FI
  currency: EUR
  language: en
  unit_system: metric
  latitude: {latitude}
  longitude: {longitude}
  elevation: 10
  internal_url: {base}
  media_dirs:
    local: {media}
automation: !include automations.yaml
frontend:
api:
config:
energy:
history:
logbook:
person:
recorder:
  commit_interval: 1
system_health:
webhook:
logger:
  default: warning
"""

# The onboarding steps that need the internet are marked as done.
_ONBOARDING = {"done": ["core_config", "analytics", "integration"]}

_LINE = re.compile(r"^\S+ \S+ (WARNING|ERROR|CRITICAL) \(\S+\) \[(\S+)\]")
# The name alone is not enough: folders of the house have it, too.
_ABOUT_US = re.compile(
    r"custom_components[./]jannenkoti|(?<![\w/-])jannenkoti(?![\w/-])"
)
# Logged for every custom integration at every start.
_UNTESTED = "We found a custom integration"


class HomeAssistantError(Exception):
    """Home Assistant ended unexpectedly; the argument is the end of its log."""


def _http(port: int) -> dict[str, object]:
    """Return the stored settings of a server on the loopback address.

    A port that is set in `configuration.yaml` is a trial: Home Assistant reverts it
    after five minutes unless it is confirmed. The stored setting is permanent.
    """
    stable = {
        "server_port": port,
        "server_host": ["127.0.0.1"],
        "cors_allowed_origins": [],
        "login_attempts_threshold": -1,
        "ip_ban_enabled": True,
        "ssl_profile": "modern",
        "use_x_frame_options": True,
        "created_at": "2026-01-01T00:00:00+00:00",
        "error": None,
        "error_message": None,
    }
    return {"stable": stable, "pending": None, "yaml_migration_done": True}


def free_port() -> int:
    """Return a free port of the loopback address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class HomeAssistant:
    """Start, stop and kill the process; the folder stays."""

    def __init__(
        self,
        folder: Path,
        *,
        port: int | None = None,
        configuration: str = "",
        zone: ZoneInfo = HELSINKI,
    ) -> None:
        """Initialize a configuration folder without a user.

        ``configuration`` is added to `configuration.yaml`.
        """
        self.folder = folder
        self.port = port or free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.output = folder / "output.log"
        self.environment = dict(os.environ)
        self._process: asyncio.subprocess.Process | None = None
        self._furnish(configuration, zone)

    def _furnish(self, configuration: str, zone: ZoneInfo) -> None:
        (self.folder / ".storage").mkdir(parents=True)
        (self.folder / "custom_components").mkdir()
        # In a container the default is outside of the folder.
        media = self.folder / "media"
        media.mkdir()
        (self.folder / "custom_components" / _INTEGRATION.name).symlink_to(_INTEGRATION)
        latitude, longitude = place_in(zone, datetime.now(UTC))
        # The automation editor stores in this file, but does not create it.
        (self.folder / "automations.yaml").touch()
        (self.folder / "configuration.yaml").write_text(
            _CONFIGURATION.format(
                base=self.base,
                media=media,
                zone=zone,
                latitude=latitude,
                longitude=longitude,
            )
            + configuration
        )
        self._store("http", (2, 2), _http(self.port))
        self._store("onboarding", (4, 1), _ONBOARDING)

    def _store(self, key: str, version: tuple[int, int], data: object) -> None:
        major, minor = version
        content = {"version": major, "minor_version": minor, "key": key, "data": data}
        (self.folder / ".storage" / key).write_text(json.dumps(content))

    @property
    def pid(self) -> int:
        """Return the process id; raises HomeAssistantError if there is no process."""
        if self._process is None:
            raise HomeAssistantError
        return self._process.pid

    async def start(self) -> None:
        """Start the process; it answers a few seconds later."""
        with self.output.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "homeassistant", "-c", str(self.folder)),
                *("--skip-pip", "--log-no-color"),
                cwd=self.folder,
                env=self.environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
                # The launcher receives Ctrl-C and stops Home Assistant.
                process_group=0,
            )

    def check(self) -> None:
        """Raise HomeAssistantError if the process ended unexpectedly."""
        if self._process is not None and self._process.returncode is not None:
            tail = self.output.read_text(errors="replace").splitlines()[-20:]
            raise HomeAssistantError("\n".join(tail))

    async def stop(self) -> None:
        """Stop it with SIGTERM; kill it if it does not end in time."""
        if self._process is None:
            return
        self._signal(signal.SIGTERM)
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_STOP_LIMIT):
                    await self._process.wait()
        finally:
            await self.kill()

    async def kill(self) -> None:
        """Kill the process group, as a power cut does."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        self._process = None

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(number)

    def complaints(self) -> list[str]:
        """Return the warnings and errors about the integration, with tracebacks."""
        return list(_complaints(self.output.read_text(errors="replace").splitlines()))


def _complaints(lines: list[str]) -> Iterator[str]:
    entry: list[str] = []
    for line in [*lines, ""]:
        if line and not re.match(r"^\d{4}-\d\d-\d\d \d\d:", line):
            entry.append(line)  # A traceback belongs to the line before it.
            continue
        if entry and _LINE.match(entry[0]) and _UNTESTED not in entry[0]:
            text = "\n".join(entry)
            if _ABOUT_US.search(text):
                yield text
        entry = [line]
