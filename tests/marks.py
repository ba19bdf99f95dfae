"""Marks of tests that need more than Python.

Who lacks a program can still run the rest; in CI its absence is a failure.
"""

import os
from shutil import which

import pytest

from demo.browser import chromium
from demo.fakes.mosquitto import mosquitto

REAL_HA = [
    pytest.mark.real_ha,
    pytest.mark.slow,
    pytest.mark.usefixtures("socket_enabled"),
]
"""A test that runs a Home Assistant process."""

# A machine without one of these programs can still run the other tests. CI must have
# them: there the tests run, and fail.
NEEDS_BROKER = pytest.mark.skipif(
    mosquitto() is None and "CI" not in os.environ, reason="there is no mosquitto"
)
"""A test that runs a broker."""

BROWSER = [
    *REAL_HA,
    pytest.mark.browser,
    # As above: skipped on a machine without it, never in CI.
    pytest.mark.skipif(
        chromium() is None and "CI" not in os.environ, reason="there is no Chromium"
    ),
]
"""A test that shows the pages of a Home Assistant process in a browser."""

# As above: skipped on a machine without it, never in CI.
NEEDS_FFMPEG = pytest.mark.skipif(
    None in {which("ffmpeg"), which("ffprobe")} and "CI" not in os.environ,
    reason="there is no ffmpeg",
)
"""A test that makes a video."""
