"""Print the packages that Home Assistant would install while it starts.

A Home Assistant whose pages are looked at loads far more components than its
configuration names. Each states its packages in its manifest, and they differ between
releases, so they are read from the release that is installed.
"""

import json
from pathlib import Path

import homeassistant
from homeassistant.auth.mfa_modules import totp

# Loaded with every page, or named in the configurations of the demo and of the tests.
# The rest follows from their dependencies.
ROOTS = (
    "analytics",
    "api",
    "assist_pipeline",
    "camera",
    "config",
    "conversation",
    "energy",
    "ffmpeg",
    "file_upload",
    "frontend",
    "hassio",
    "history",
    "hue",
    "infrared",
    "logbook",
    "lovelace",
    "media_player",
    "media_source",
    "mobile_app",
    "mqtt",
    "radio_frequency",
    "recorder",
    "search",
    "stream",
    "stt",
    "tts",
    "webhook",
    "zeroconf",
)

# Compiled where no wheel exists: scripts/setup installs them apart, for they may fail.
COMPILED = ("pymicro-vad", "pyspeex-noise")

COMPONENTS = Path(homeassistant.__file__).parent / "components"


def manifest(component: str) -> dict[str, list[str]]:
    """Return a component's manifest, an empty one if this release lacks it."""
    path = COMPONENTS / component / "manifest.json"
    return json.loads(path.read_bytes()) if path.exists() else {}


def requirements(roots: tuple[str, ...]) -> set[str]:
    """Return the packages of the components and of all that they depend on."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting = list(roots)
    while waiting:
        component = waiting.pop()
        if component in seen:
            continue
        seen.add(component)
        parts = manifest(component)
        found.update(parts.get("requirements", []))
        waiting += parts.get("dependencies", [])
    return found


def main() -> None:
    """Print one package per line."""
    wanted = requirements(ROOTS) | set(totp.REQUIREMENTS)
    print(*sorted(r for r in wanted if not r.startswith(COMPILED)), sep="\n")


if __name__ == "__main__":
    main()
