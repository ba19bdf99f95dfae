"""Send commands through the cloud, and translate its errors."""

from typing import TYPE_CHECKING, Final

from homeassistant.exceptions import HomeAssistantError

from ...const import DOMAIN
from .cloud import errors

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from .cloud.client import Cloud
    from .coordinator import TlinkCoordinator

# What a command says; unlike a poll, it may have had an effect.
_COMMANDS: Final = {
    errors.Problem.NOT_CONNECTED: "tlink_not_connected_command",
    errors.Problem.NO_ANSWER: "tlink_no_answer_command",
    errors.Problem.HTTP_STATUS: "tlink_http_status_command",
    errors.Problem.UNREADABLE: "tlink_unreadable_answer_command",
    errors.Problem.REDIRECTED: "tlink_redirected_command",
}


def cloud_of(coordinator: TlinkCoordinator) -> Cloud:
    """Return the client of the cloud; raises if the account has none."""
    if coordinator.cloud is None:
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="tlink_no_cloud"
        )
    return coordinator.cloud.cloud


def number_of(coordinator: TlinkCoordinator, device_id: str) -> str:
    """Return the device number for commands; raises if it is not known."""
    device = coordinator.inventory.devices.get(device_id)
    if device is None or device.number is None:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="tlink_no_number",
            translation_placeholders={"device": device_id},
        )
    return device.number


async def async_translated[T](command: Awaitable[T]) -> T:
    """Wait for a command; raises HomeAssistantError in the user's language."""
    placeholders: dict[str, str] = {}
    try:
        return await command
    except errors.Unreachable as err:
        key, placeholders = _COMMANDS[err.problem], {"detail": err.detail}
    except errors.BadCredentials:
        key = "tlink_bad_credentials"
    except errors.UserIdMissing:
        key = "tlink_user_id_missing"
    except errors.CloudRefused as err:
        key, placeholders = "tlink_refused", {"reason": str(err)}
    raise HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=placeholders,
    )
