"""What can go wrong with a bridge, by what the caller must do."""


class HueError(Exception):
    """Base of the errors; each has the key of its translated text."""

    key = "hue_bridge_unreachable"

    def __init__(self, detail: str = "") -> None:
        """Initialize with what the bridge gave as the reason."""
        super().__init__(detail or self.key)
        self.detail = detail


class Unreachable(HueError):
    """The bridge does not respond, or something else responds in its place."""


class Busy(HueError):
    """The bridge has rejected a request for too long, because it had too many."""

    key = "hue_bridge_busy"


class BadCredentials(HueError):
    """The bridge rejects the key: it was deleted in the Hue app, or by a reset."""

    key = "hue_bridge_invalid_key"


class Untrusted(HueError):
    """The certificate is not the accepted one; nothing was sent to the device."""

    key = "hue_bridge_untrusted"


class ButtonNotPressed(HueError):
    """The link button was not pressed within the last 30 seconds."""

    key = "hue_bridge_button_not_pressed"


class CommandRefused(HueError):
    """The bridge rejects a command; `detail` has the reason that it gives."""

    key = "hue_bridge_refused"
