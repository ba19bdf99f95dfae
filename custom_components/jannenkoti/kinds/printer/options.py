"""What a user can change after setup, parsed once."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

LOST_AFTER: Final = "lost_after"

# A printer on a weak Wi-Fi loses its connection for some seconds now and then.
SHORTEST_LOST_AFTER: Final = 10
LONGEST_LOST_AFTER: Final = 3600

DEFAULTS: Final[dict[str, Any]] = {LOST_AFTER: 60}


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options of an entry."""

    lost_after: timedelta
    """How long the connection may be lost before the printer counts as off or lost."""

    @classmethod
    def parse(cls, options: Mapping[str, Any]) -> Self:
        """Return the options of an entry; what is missing has its default."""
        merged = {**DEFAULTS, **options}
        return cls(lost_after=timedelta(seconds=merged[LOST_AFTER]))
