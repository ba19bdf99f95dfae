"""Commands that only adjust lights that are on, and must never turn one on.

`light.turn_on` cannot say so: a light that was turned off while the command was on its
way is turned on by it. A light of ours can leave that out of what it sends, if it knows
the command by its context.
"""

from collections import deque
from typing import TYPE_CHECKING, Final

from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN

if TYPE_CHECKING:
    from homeassistant.core import Context, HomeAssistant

# A command that waits for a busy device is sent within minutes.
_KEPT: Final = 1024

_ADJUSTING: HassKey[deque[str]] = HassKey(f"{DOMAIN}_adjusting")


def only_adjusts(hass: HomeAssistant, context: Context) -> None:
    """Let commands of a context turn no light on."""
    hass.data.setdefault(_ADJUSTING, deque(maxlen=_KEPT)).append(context.id)


def is_adjustment(hass: HomeAssistant, context: Context | None) -> bool:
    """Return whether a command must not turn a light on."""
    return context is not None and context.id in hass.data.get(_ADJUSTING, ())
