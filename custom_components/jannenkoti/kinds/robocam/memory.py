"""What outlives a restart: presets, the patrol, privacy and where the camera looks."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Self

from .patrol import Patrol
from .protocol import Limits, Position

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_PRESETS: Final = 50
"""More than anybody keeps apart."""
LONGEST_NAME: Final = 50


def preset_name(value: str) -> str | None:
    """Return the name of a preset as we write it, None if it cannot be one."""
    name = value.strip()
    return name if 0 < len(name) <= LONGEST_NAME and name.isprintable() else None


@dataclass(frozen=True, kw_only=True)
class Memory:
    """All that the camera itself does not keep."""

    presets: Mapping[str, Position] = field(default_factory=dict)
    patrol: Patrol = field(default_factory=Patrol)
    patrolling: bool = False
    private: bool = False
    parked: bool = False
    """Whether the camera was parked since it is private."""
    at_home: bool | None = None
    """What the followed entity said last."""
    target: Position | None = None
    limits: Limits = field(default_factory=Limits)
    light: bool | None = None
    """How the lamp was switched last; None while nobody did."""

    def with_preset(self, name: str, position: Position) -> Memory:
        """Return this with one more preset."""
        return replace(self, presets={**self.presets, name: position})

    def without_preset(self, name: str) -> Memory:
        """Return this without a preset, also in the patrol."""
        left = {key: at for key, at in self.presets.items() if key != name}
        patrol = self.patrol.among(left)
        return replace(
            self,
            presets=left,
            patrol=patrol,
            patrolling=self.patrolling and bool(patrol),
        )

    def preset_at(self, position: Position | None) -> str | None:
        """Return the preset that is this position."""
        return next((k for k, at in self.presets.items() if at == position), None)

    def as_dict(self) -> dict[str, Any]:
        """Return this as JSON."""
        limits = self.limits
        return {
            "presets": {name: [at.x, at.y] for name, at in self.presets.items()},
            "patrol": self.patrol.as_dict(),
            "patrolling": self.patrolling,
            "private": self.private,
            "parked": self.parked,
            "at_home": self.at_home,
            "target": self.target and [self.target.x, self.target.y],
            "limits": [limits.min_x, limits.max_x, limits.min_y, limits.max_y],
            "light": self.light,
        }

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any] | None) -> Self:
        """Read what was stored; what cannot be read is as for a new camera.

        But for privacy: whoever wanted it shall not lose it with a damaged file.
        """
        if raw is None:
            return cls()
        try:
            presets = {
                str(name): Position(int(x), int(y))
                for name, (x, y) in raw["presets"].items()
            }
            patrol = Patrol.from_dict(raw["patrol"]).among(presets)
            return cls(
                presets=presets,
                patrol=patrol,
                patrolling=bool(raw["patrolling"]) and bool(patrol),
                private=bool(raw["private"]),
                parked=bool(raw["parked"]),
                at_home=raw["at_home"],
                target=raw["target"] and Position(*map(int, raw["target"])),
                limits=Limits(*map(int, raw["limits"])),
                light=raw["light"],
            )
        except AttributeError, KeyError, OverflowError, TypeError, ValueError:
            return cls(private=raw.get("private") is not False)


def at_home(state: str) -> bool | None:
    """Read the state of the followed entity; None if it tells nothing."""
    if state in {"home", "on"}:
        return True
    return None if state in {"unknown", "unavailable"} else False
