"""Code of other integrations: it may fail in any way, and may never end."""

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping

    from homeassistant.core import Context, HomeAssistant, ServiceResponse


class CallFailed(Exception):
    """What was called failed; the text is for the log."""

    def __init__(self, what: str, why: str) -> None:
        """Initialize with what was called and why it failed."""
        super().__init__(f"{what}: {why}")


class CallTimedOut(CallFailed):
    """What was called did not end in time, or its device did not respond in time."""


async def async_call[T](
    hass: HomeAssistant, what: str, code: Coroutine[Any, Any, T], *, within: float
) -> T:
    """Return what a coroutine of another integration returns.

    Waits at most ``within`` seconds. Raises CallTimedOut after that, and CallFailed for
    whatever the coroutine raises: integrations let errors of their libraries pass,
    which have no common base.
    """
    call = hass.async_create_task(code, what)
    call.add_done_callback(_mark_as_retrieved)
    try:
        await asyncio.wait({call}, timeout=within)
    finally:
        ended = call.done()
        call.cancel()
    if not ended:
        raise CallTimedOut(what, f"no end within {within:g} s")
    if call.cancelled():
        raise CallFailed(what, "canceled")
    failure = call.exception()
    if isinstance(failure, TimeoutError):
        raise CallTimedOut(what, "timeout") from failure
    if failure is not None:
        raise CallFailed(what, str(failure) or type(failure).__name__) from failure
    return call.result()


async def async_call_action(
    hass: HomeAssistant,
    domain: str,
    action: str,
    data: Mapping[str, Any],
    *,
    within: float,
    context: Context | None = None,
    return_response: bool = False,
) -> ServiceResponse:
    """Call an action and return its response, None if none is asked for.

    Raises as `async_call` does.
    """
    code = hass.services.async_call(
        domain,
        action,
        dict(data),
        blocking=True,
        context=context,
        return_response=return_response,
    )
    return await async_call(hass, f"{domain}.{action}", code, within=within)


def _mark_as_retrieved(call: asyncio.Task[Any]) -> None:
    """Keep asyncio from logging what a canceled call still raises."""
    if not call.cancelled():
        call.exception()
