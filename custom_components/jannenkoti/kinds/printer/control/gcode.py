"""G-code that a user enters: several lines, checked before the first is sent."""

import re
from typing import Final

MOST_LINES: Final = 1000
LONGEST_LINE: Final = 200
LONGEST_TEXT: Final = MOST_LINES * (LONGEST_LINE + 1)

# A comment starts with a semicolon, and everything else is printable ASCII.
_PRINTABLE: Final = re.compile(r"[\x20-\x7e]*")
# Its words may follow each other without a space.
_COMMAND: Final = re.compile(r"[A-Za-z]\d{1,4}(?:\.\d+)?(?![\d.]).*")
# Commands of Klipper and its macros.
_NAMED: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{2,}(?: .*)?")


class InvalidGcode(Exception):
    """The text cannot be sent."""

    def __init__(self, key: str, line: int = 0) -> None:
        """Initialize with the key of the reason and the number of the line."""
        super().__init__(key)
        self.key = key
        self.line = line


def parse(text: str, *, named: bool = False) -> tuple[str, ...]:
    """Return the lines without comments and empty ones; raises InvalidGcode.

    `named`: commands may have names, as those of Klipper.
    """
    if len(text) > LONGEST_TEXT or text.count("\n") > MOST_LINES:
        raise InvalidGcode("printer_gcode_too_long")
    lines = []
    for number, raw in enumerate(re.split(r"\r\n|\n", text), start=1):
        tabs_replaced = raw.replace("\t", " ")
        if not _PRINTABLE.fullmatch(tabs_replaced.partition(";")[0]):
            raise InvalidGcode("printer_gcode_invalid", number)
        line = tabs_replaced.partition(";")[0].strip()
        if not line:
            continue
        known = _COMMAND.fullmatch(line) or (named and _NAMED.fullmatch(line))
        if len(line) > LONGEST_LINE or not known:
            raise InvalidGcode("printer_gcode_invalid", number)
        lines.append(line)
    if not lines:
        raise InvalidGcode("printer_gcode_empty")
    if len(lines) > MOST_LINES:
        raise InvalidGcode("printer_gcode_too_long")
    return tuple(lines)
