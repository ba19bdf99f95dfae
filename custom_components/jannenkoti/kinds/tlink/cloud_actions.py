"""What entities and actions need to command something through the cloud."""

from typing import TYPE_CHECKING

from homeassistant.exceptions import HomeAssistantError

from ...const import DOMAIN
from .cloud import client

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from .coordinator import Tlink


def tlink_cloud(tlink: Tlink) -> client.Cloud:
    """Return the cloud; raises if the account has none."""
    if tlink.cloud is None:
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="tlink_no_cloud"
        )
    return tlink.cloud.cloud


def number_of(tlink: Tlink, device_id: str) -> str:
    """Return the number that commands name a device by; raises if it is not known."""
    device = tlink.account.known.devices.get(device_id)
    if device is None or device.number is None:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="tlink_no_number",
            translation_placeholders={"device": device_id},
        )
    return device.number


async def async_translated[T](command: Awaitable[T]) -> T:
    """Wait for the cloud and say in the user's language what it does not do."""
    try:
        return await command
    except client.Unreachable as err:
        key, reason = "tlink_unreachable", str(err)
    except client.BadCredentials as err:
        key, reason = "tlink_bad_credentials", str(err)
    except client.Refused as err:
        key, reason = "tlink_refused", str(err)
    raise HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders={"reason": reason},
    )
