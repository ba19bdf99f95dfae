"""Keep the options before the last change, so that it can be undone."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ....lib.stored import Stored


@dataclass(slots=True)
class OptionsHistory:
    """The options as they were last seen, and what the last change replaced."""

    seen: dict[str, Any] = field(default_factory=dict)
    replaced: dict[str, Any] = field(default_factory=dict)
    """The former values by key; None for an option that was not there."""
    changed: datetime | None = None
    """When that was; None while nothing can be undone."""

    def start(self, options: Mapping[str, Any], now: datetime) -> None:
        """Compare the options of this run with those of the one before."""
        keys = self.seen.keys() | options.keys()
        different = [x for x in keys if self.seen.get(x) != options.get(x)]
        if self.seen and different:
            self.replaced = {key: self.seen.get(key) for key in sorted(different)}
            self.changed = now
        self.seen = dict(options)

    def accept(self, options: Mapping[str, Any]) -> None:
        """Take over a change that was made outside the options, by a number entity."""
        self.seen = dict(options)

    def as_dict(self) -> dict[str, Any]:
        """Return what is stored."""
        return {
            "seen": self.seen,
            "replaced": self.replaced,
            "changed": None if self.changed is None else self.changed.isoformat(),
        }

    @classmethod
    def restore(cls, stored: Stored) -> OptionsHistory:
        """Return what was stored."""
        changed = stored.moment("changed", None)
        replaced = stored.mapping("replaced")
        return cls(
            seen=stored.mapping("seen"),
            replaced=replaced if changed else {},
            changed=changed if replaced else None,
        )
