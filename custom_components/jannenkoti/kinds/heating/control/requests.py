"""Requests of the user, as changes of the saved state."""

from dataclasses import replace
from typing import TYPE_CHECKING

from ..model import Boost, Mode
from .saved_state import SavedState, with_changed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta


def with_mode(saved: SavedState, mode: Mode) -> SavedState:
    """Choose a mode; a change from outside no longer applies.

    In manual mode the stages stay as they are.
    """
    outputs = tuple(replace(output, hold=None) for output in saved.outputs)
    manual = tuple(bool(output.level and output.level > 0) for output in outputs)
    return replace(
        saved,
        mode=mode,
        outputs=outputs,
        manual=manual if mode is Mode.MANUAL else saved.manual,
    )


def with_manual(saved: SavedState, stage: int, *, on: bool) -> SavedState:
    """Switch a stage by hand, which selects manual mode."""
    if saved.mode is not Mode.MANUAL:
        saved = with_mode(saved, Mode.MANUAL)
    return replace(saved, manual=with_changed(saved.manual, stage, on))


def with_boost(
    saved: SavedState, tanks: Sequence[int], duration: timedelta, now: datetime
) -> SavedState:
    """Heat tanks to their targets now, for a time at most; none ends a boost."""
    boost = Boost(since=now, until=now + duration) if duration else None
    boosts = saved.boosts
    for tank in tanks:
        boosts = with_changed(boosts, tank, boost)
    return replace(saved, boosts=boosts)
