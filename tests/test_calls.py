"""Code of other integrations fails in any way, and may never end."""

import asyncio
import gc
import json
from typing import TYPE_CHECKING

import aiohttp
import pytest
import voluptuous as vol
from homeassistant.core import SupportsResponse
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from custom_components.jannenkoti.calls import (
    CallFailed,
    CallTimedOut,
    async_call,
    async_call_action,
)

from .failures import LibraryError

if TYPE_CHECKING:
    from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse


FAILURES = [
    HomeAssistantError("no"),
    ServiceValidationError("no"),
    vol.Invalid("no"),
    aiohttp.ClientError(),
    json.JSONDecodeError("no", "", 0),
    OSError(5, "no"),
    TimeoutError(),
    AssertionError(),
    StopAsyncIteration(),
    ExceptionGroup("two", [ValueError(), KeyError("key")]),
    LibraryError(),
    asyncio.CancelledError(),
]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda each: type(each).__name__)
async def test_any_failure_of_an_action_is_one_error_with_a_text(
    hass: HomeAssistant, failure: BaseException
) -> None:
    async def fail(_call: ServiceCall) -> None:
        raise failure

    hass.services.async_register("other", "act", fail)
    with pytest.raises(CallFailed, match=r"^other\.act: .") as raised:
        await async_call_action(hass, "other", "act", {}, within=5)
    # The integration's own timeout means the same as ours: nothing responds.
    timed_out = isinstance(failure, TimeoutError)
    assert isinstance(raised.value, CallTimedOut) is timed_out


async def test_action_that_does_not_exist_failed(hass: HomeAssistant) -> None:
    with pytest.raises(CallFailed, match=r"other\.act"):
        await async_call_action(hass, "other", "act", {}, within=5)


async def test_action_that_never_ends_is_canceled_at_the_limit(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    ended = asyncio.Event()

    async def hang(_call: ServiceCall) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
            raise LibraryError  # As a client that was interrupted in an exchange.

    hass.services.async_register("other", "act", hang)
    with pytest.raises(CallTimedOut):
        await async_call_action(hass, "other", "act", {}, within=0.01)
    async with asyncio.timeout(60):
        await ended.wait()
    await hass.async_block_till_done()
    gc.collect()
    assert "never retrieved" not in caplog.text


async def test_canceled_caller_cancels_the_action(hass: HomeAssistant) -> None:
    began, ended = asyncio.Event(), asyncio.Event()

    async def hang(_call: ServiceCall) -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    hass.services.async_register("other", "act", hang)
    caller = hass.async_create_task(
        async_call_action(hass, "other", "act", {}, within=60)
    )
    await began.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    async with asyncio.timeout(60):
        await ended.wait()


async def test_data_and_response_pass(hass: HomeAssistant) -> None:
    async def act(call: ServiceCall) -> ServiceResponse:
        return {"got": dict(call.data)}

    hass.services.async_register(
        "other", "act", act, supports_response=SupportsResponse.ONLY
    )
    assert await async_call_action(
        hass, "other", "act", {"value": 1}, within=5, return_response=True
    ) == {"got": {"value": 1}}


async def test_result_of_any_coroutine_passes(hass: HomeAssistant) -> None:
    async def code() -> int:
        return 42

    assert await async_call(hass, "other.code", code(), within=5) == 42
