"""What the entities show, and what survives a restart."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from .lights.light import Light
from .lights.look import Look
from .lights.routine import Reason, Routine, Switches
from .lights.states import Pause

if TYPE_CHECKING:
    from datetime import datetime

    from ...lib.stored import Stored
    from .slots.plan import Turn
    from .slots.table import Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutineData:
    """The state of the routine."""

    enabled: bool
    forced: str | None
    slot: Slot | None
    since: datetime | None
    """When the slot began by the clock; None while one is forced."""
    following: Turn | None
    lights: int
    paused: tuple[str, ...]
    """The lights that were changed by hand."""
    reason: Reason

    @classmethod
    def of(cls, routine: Routine) -> Self:
        """Return the current state of a routine."""
        effective, forced = routine.effective, routine.switches.forced
        by_clock = effective is not None and forced is None
        return cls(
            enabled=routine.switches.enabled,
            forced=forced,
            slot=routine.slot,
            since=effective.turn.start if by_clock and effective else None,
            following=effective.following if by_clock and effective else None,
            lights=len(routine.lights),
            paused=tuple(sorted(routine.paused())),
            reason=routine.reason,
        )


def as_saved(routine: Routine) -> dict[str, Any]:
    """Return what survives a restart: the switches, and which lights are paused."""
    return {
        "enabled": routine.switches.enabled,
        "forced": routine.switches.forced,
        "slot": None if routine.slot is None else routine.slot.name,
        "paused": {
            light_id: {
                "since": light.pause.since.isoformat(),
                "until": light.pause.until.isoformat() if light.pause.until else None,
                "brightness": light.pause.look.brightness,
                "kelvin": light.pause.look.kelvin,
                "xy": list(light.pause.look.xy) if light.pause.look.xy else None,
            }
            for light_id, light in routine.lights.items()
            if light.pause is not None
        },
    }


def read_switches(stored: Stored) -> Switches:
    """Return the saved switches."""
    return Switches(
        enabled=stored.truth("enabled", default=True),
        forced=stored.text("forced", None),
    )


def read_pauses(stored: Stored) -> dict[str, Light]:
    """Return the lights that were paused when the state was saved."""
    lights = {}
    for light_id, saved in stored.named("paused").items():
        if (since := saved.moment("since", None)) is None:
            continue
        xy = saved.numbers("xy")
        look = Look(
            brightness=saved.integer("brightness", None, 1, 255),
            kelvin=saved.integer("kelvin", None, 1, 100_000),
            xy=(xy[0], xy[1]) if len(xy) == 2 else None,  # noqa: PLR2004 - x and y
        )
        lights[light_id] = Light(
            Pause(since=since, until=saved.moment("until", None), look=look)
        )
    return lights
