"""Damaged and newer files of a camera, in a real folder."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from custom_components.jannenkoti.const import DOMAIN

from .conftest import make_entry, state

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant

    from demo.fakes.esp32_camera import FakeCamera

NEWER = '{"version": 99, "data": {}}'


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Return a folder of this test."""
    return hass_tmp_config_dir


@pytest.fixture(autouse=True)
def hass_storage() -> dict[str, Any]:
    """Use real files."""
    return {}


@pytest.mark.parametrize("content", ["", "{", "[]", "null", NEWER])
async def test_damaged_or_newer_file_leaves_a_private_camera(
    hass: HomeAssistant, camera: FakeCamera, content: str
) -> None:
    entry = make_entry(camera)
    path = Path(hass.config.path(".storage", f"{DOMAIN}.{entry.entry_id}"))

    def write() -> None:
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)

    await hass.async_add_executor_job(write)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert state(hass, "privacy").state == "on"
    assert await hass.config_entries.async_unload(entry.entry_id)
    left = await hass.async_add_executor_job(path.read_text)
    assert (left == content) is (content == NEWER)
