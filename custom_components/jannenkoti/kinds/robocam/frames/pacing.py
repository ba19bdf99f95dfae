"""Decide when to request a frame from the camera.

Firmware that pushes frames is not asked while it does. Other firmware is asked at the
configured rate, but with one request at a time, and less often when it responds slowly:
a board that only sends frames neglects its servos.
"""

from typing import Final

# A board must be idle for a third of the time.
_REST_FACTOR: Final = 1.5
# Pushed frames may be somewhat late before the camera is asked instead.
_LATE_FACTOR: Final = 2.5
# Without a response in this many usual response times the request is lost, but not
# before and not later than the limits, s. One lost response costs one timeout.
_LOST_FACTOR: Final = 4.0
_LOST_AFTER_LEAST: Final = 1.0
_LOST_AFTER_MOST: Final = 3.0
# Pushed frames further apart than this do not count as a series, s.
_SERIES_GAP: Final = 3.0
# The share by which a new measurement moves an average.
_WEIGHT: Final = 0.2


class Pacing:
    """The times of requests and frames on one connection, by a monotonic clock."""

    def __init__(self, frames_per_second: float) -> None:
        """Initialize with the configured frame rate."""
        self._interval = 1 / frames_per_second
        self._pending_since: float | None = None
        self._last_request = float("-inf")
        self._last_frame = float("-inf")
        self._last_push = float("-inf")
        self._response_time: float | None = None
        self._push_interval: float | None = None
        self._lost_in_a_row = 0

    def next_request(self) -> float:
        """Return the time of the next request."""
        if self._pending_since is not None:
            return self._pending_since + self._lost_after
        interval = max(self._interval, (self._response_time or 0.0) * _REST_FACTOR)
        if self._push_interval is None:
            return self._last_request + interval
        return self._last_frame + max(interval, self._push_interval * _LATE_FACTOR)

    @property
    def _lost_after(self) -> float:
        """Return after how long a request counts as lost; doubled for each lost one."""
        usual = _LOST_AFTER_MOST
        if self._response_time is not None:
            usual = max(self._response_time * _LOST_FACTOR, _LOST_AFTER_LEAST)
        return min(usual * 2.0**self._lost_in_a_row, _LOST_AFTER_MOST)

    def requested(self, now: float) -> None:
        """Record a request."""
        # The last request had no response.
        if self._pending_since is not None:
            self._lost_in_a_row += 1
        self._pending_since = self._last_request = now

    def received(self, now: float) -> None:
        """Record a frame, pushed or requested."""
        if self._pending_since is None:
            since = now - self._last_push
            # One may be a late response; two in a row are a series.
            series = since <= _SERIES_GAP
            self._push_interval = (
                _averaged(self._push_interval, since) if series else None
            )
            self._last_push = now
        else:
            # After a lost request it is unknown which one this frame responds to.
            if self._response_time is None or not self._lost_in_a_row:
                took = now - self._pending_since
                self._response_time = _averaged(self._response_time, took)
            self._pending_since = None
            if now - self._last_push > _SERIES_GAP:
                self._push_interval = None
        self._lost_in_a_row = 0
        self._last_frame = now


def _averaged(before: float | None, value: float) -> float:
    return value if before is None else before + _WEIGHT * (value - before)
