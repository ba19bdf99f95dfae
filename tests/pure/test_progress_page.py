"""Work whose progress a page shows, with time that is injected."""

import asyncio
from types import SimpleNamespace

import pytest

from custom_components.jannenkoti.lib import progress_page
from custom_components.jannenkoti.lib.progress_page import async_shown


async def value() -> int:
    return 7


async def failure() -> int:
    raise FileNotFoundError


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Return what lets the page be shown."""
    event = asyncio.Event()

    async def sleep(_seconds: float) -> None:
        await event.wait()

    paused = SimpleNamespace(gather=asyncio.gather, sleep=sleep)
    monkeypatch.setattr(progress_page, "asyncio", paused)
    return event


async def steps() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_result_comes_once_the_page_is_shown(shown: asyncio.Event) -> None:
    task = asyncio.create_task(async_shown(value()))
    await steps()
    assert not task.done()
    shown.set()
    assert await task == 7


async def test_failure_comes_once_the_page_is_shown(shown: asyncio.Event) -> None:
    task = asyncio.create_task(async_shown(failure()))
    await steps()
    assert not task.done()
    shown.set()
    with pytest.raises(FileNotFoundError):
        await task


async def test_canceled_dialog_ends_the_work_at_once(shown: asyncio.Event) -> None:
    endless = asyncio.create_task(shown.wait())
    task = asyncio.create_task(async_shown(endless))
    await steps()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert endless.cancelled()
