"""What can go wrong with a printer, by what the caller must do."""


class PrinterError(Exception):
    """Base of the errors; each has the key of its translated text."""

    key = "printer_unreachable"

    def __init__(self, detail: str = "") -> None:
        """Initialize with what the printer gave as the reason."""
        super().__init__(detail or self.key)
        self.detail = detail


class Unreachable(PrinterError):
    """The printer does not respond: it is off, or the network is down."""


class BadCredentials(PrinterError):
    """The printer rejects the access code."""

    key = "printer_invalid_code"


class Untrusted(PrinterError):
    """The certificate is not the expected one; nothing was sent to the device."""

    key = "printer_untrusted"


class CommandRefused(PrinterError):
    """The printer rejects a command; `detail` has the reason that it gives."""

    key = "printer_refused"


class SignatureRequired(CommandRefused):
    """The firmware accepts only commands that are signed by the manufacturer."""

    key = "printer_signature_required"


class NoAnswer(PrinterError):
    """The printer did not answer a command: it may or may not have been executed."""

    key = "printer_no_answer"
