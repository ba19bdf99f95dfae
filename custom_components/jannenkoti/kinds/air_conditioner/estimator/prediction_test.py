"""Test what was predicted against what came, which is what trust rests on."""

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from .kalman import AIR, SENSOR, number, propagate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

GOOD_ERROR: Final = 0.5
"""An estimate that errs by more (°C) is not trusted: half a usual band."""

AHEAD: Final = timedelta(minutes=15)
"""How far ahead the estimate is tested: as long as a run and what follows of it."""

ENOUGH: Final = 2.0
"""For how many hours predictions are tested before the estimate is trusted."""

MEMORY: Final = 24.0
"""How long an error is remembered, h."""

WORST: Final = 4.0
"""A larger squared error counts as this one, °C²."""

_HOUR = timedelta(hours=1)


@dataclass(slots=True)
class _Prediction:
    begun: datetime
    x: list[float]


class PredictionTest:
    """One prediction after the other, and how far they were off in a day."""

    def __init__(self, *, squared: float = 0.0, tested: float = 0.0) -> None:
        """Continue with the mean squared error (°C²) of so many hours."""
        self.squared = squared
        self.tested = tested
        self._prediction: _Prediction | None = None

    @property
    def error(self) -> float | None:
        """Return the root mean square of the errors, °C; None before the first."""
        return math.sqrt(self.squared) if self.tested else None

    def error_after(self, time: timedelta) -> float:
        """Return the error (°C) to expect of a longer prediction, inf if not known.

        Predictions have been off by so much, and the error grows with the root of the
        time.
        """
        if self.error is None:
            return math.inf
        return self.error * math.sqrt(max(time / AHEAD, 1.0))

    @property
    def is_enough(self) -> bool:
        """Return whether it was tested for long enough."""
        return self.tested >= ENOUGH

    @property
    def is_good(self) -> bool:
        """Return whether the predictions were right, for long enough."""
        return self.is_enough and self.squared <= GOOD_ERROR**2

    def as_dict(self) -> dict[str, Any]:
        """Return what has to survive a restart as JSON."""
        return {"squared": self.squared, "tested": self.tested}

    @classmethod
    def from_dict(cls, raw: Mapping[str, object]) -> PredictionTest:
        """Continue with what was stored; what cannot be read has its default."""
        return cls(
            squared=number(raw.get("squared"), 0.0, WORST, WORST),
            tested=number(raw.get("tested"), 0.0, MEMORY, 0.0),
        )

    def drop(self) -> None:
        """Give up the prediction under way: what happened could not be foreseen."""
        self._prediction = None

    def advance(self, hours: float, cool: float, heat: float) -> None:
        """Let the prediction go on by a short time with the effects of the unit."""
        if self._prediction is not None:
            propagate(self._prediction.x, hours, cool, heat)

    def move(self, by: float) -> None:
        """Move the prediction with the mean of the sensors, °C."""
        if self._prediction is not None:
            self._prediction.x[AIR] += by
            self._prediction.x[SENSOR] += by

    def shift(self, step: timedelta) -> None:
        """Keep the age of the prediction after the clock was stepped."""
        if self._prediction is not None:
            self._prediction.begun += step

    def judge(self, now: datetime, x: list[float], *, begin: bool) -> None:
        """Compare a prediction that is due with the estimate, and begin the next."""
        done = self._prediction
        if done is not None and now - done.begun < AHEAD:
            return
        if done is not None and now - done.begun <= 2 * AHEAD:
            hours = (now - done.begun) / _HOUR
            self.tested = min(self.tested + hours, MEMORY)
            error = min((done.x[SENSOR] - x[SENSOR]) ** 2, WORST)
            self.squared += hours / self.tested * (error - self.squared)
        self._prediction = _Prediction(now, list(x)) if begin else None
