"""Requests as firmware and apps send them."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..conftest import Ask


async def body(ask: Ask, method: str, path: str, **arguments: Any) -> Any:
    """Return the body of an answer that is good."""
    response = await ask(method, path, **arguments)
    assert response.status in {HTTPStatus.OK, HTTPStatus.CREATED}, await response.text()
    return await response.json()


async def refusal(
    ask: Ask, method: str, path: str, **arguments: Any
) -> tuple[int, str]:
    """Return status and error of an answer in the original's shape."""
    response = await ask(method, path, **arguments)
    said = await response.json()
    assert said.keys() == {"error", "detalle"}
    return response.status, said["error"]
