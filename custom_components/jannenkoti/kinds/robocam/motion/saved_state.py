"""What survives a restart: presets, patrol, privacy, the lamp and the position."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from ....lib.reading import read_number
from ..model import Limits, Position
from .patrol import Patrol

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_PRESETS: Final = 50
LONGEST_NAME: Final = 50
NO_PRESET: Final = "none"
"""What the select shows when the camera points at no preset; no preset's name."""

# Servos turn half a circle, some a whole one.
_LARGEST_ANGLE: Final = 360


def preset_name(text: str) -> str | None:
    """Return the name of a preset without outer spaces, None if it is not valid."""
    name = text[: 4 * LONGEST_NAME].strip()
    valid = 0 < len(name) <= LONGEST_NAME and name.isprintable()
    return name if valid and name != NO_PRESET else None


@dataclass(frozen=True, kw_only=True)
class SavedState:
    """Everything that the camera itself does not store."""

    presets: Mapping[str, Position] = field(default_factory=dict)
    patrol: Patrol = field(default_factory=Patrol)
    patrolling: bool = False
    private: bool = False
    parked: bool = False
    """Whether the camera was parked since privacy was switched on."""
    at_home: bool | None = None
    """The last known state of the privacy entity."""
    target: Position | None = None
    limits: Limits = field(default_factory=Limits)
    lamp: bool | None = None
    """The last command for the lamp; None if there was none."""

    def with_preset(self, name: str, position: Position) -> SavedState:
        """Return this with one more preset."""
        return replace(self, presets={**self.presets, name: position})

    def without_preset(self, name: str) -> SavedState:
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
        """Return the preset at a position."""
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
            "lamp": self.lamp,
        }

    @classmethod
    def from_dict(cls, stored: object) -> SavedState:
        """Read what `as_dict` wrote; what cannot be read gets its default.

        Except privacy: it is on unless it can be read that it was off, because a
        damaged file must not show what was hidden. None is a new camera.
        """
        if stored is None:
            return cls()
        values = stored if isinstance(stored, dict) else {}
        presets = _read_presets(values.get("presets"))
        patrol = Patrol.from_dict(values.get("patrol")).among(presets)
        return cls(
            presets=presets,
            patrol=patrol,
            patrolling=values.get("patrolling") is True and bool(patrol),
            private=values.get("private") is not False,
            parked=values.get("parked") is True,
            at_home=_read_flag(values.get("at_home")),
            target=_read_position(values.get("target")),
            limits=_read_limits(values.get("limits")),
            lamp=_read_flag(values.get("lamp")),
        )


def _read_flag(stored: object) -> bool | None:
    return stored if isinstance(stored, bool) else None


def _read_angles(stored: object, count: int) -> list[int] | None:
    """Read a list of angles; None if it is not one."""
    if not isinstance(stored, list) or len(stored) != count:
        return None
    numbers = [read_number(value) for value in stored]
    angles = [round(n) for n in numbers if n is not None and abs(n) <= _LARGEST_ANGLE]
    return angles if len(angles) == count else None


def _read_position(stored: object) -> Position | None:
    angles = _read_angles(stored, 2)
    return None if angles is None else Position(*angles)


def _read_limits(stored: object) -> Limits:
    if (angles := _read_angles(stored, 4)) is None:
        return Limits()
    limits = Limits(*angles)
    if limits.min_x > limits.max_x or limits.min_y > limits.max_y:
        return Limits()
    return limits


def _read_presets(stored: object) -> dict[str, Position]:
    """Read the presets; those that cannot be read are left out."""
    if not isinstance(stored, dict):
        return {}
    presets: dict[str, Position] = {}
    for text, place in stored.items():
        name, position = preset_name(str(text)), _read_position(place)
        if name is not None and position is not None and len(presets) < MOST_PRESETS:
            presets[name] = position
    return presets


def is_at_home(state: str) -> bool | None:
    """Read the state of the privacy entity; None if it is unknown."""
    if state in {"home", "on"}:
        return True
    return None if state in {"unknown", "unavailable"} else False
