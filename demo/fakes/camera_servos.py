"""The two servos of the fake camera, as the firmware moves them."""

# In degrees.
X_LIMITS, Y_LIMITS = (0, 180), (0, 90)
START = (90, 45)
# The servos start here when the board gets power, and move to START.
POWER_ON = (90, 90)
_STEP = 10
# Each step is a fifth of the rest, truncated to whole degrees. A step that ends less
# than 1° from the goal ends at the goal.
_EASE = 0.2
EASE_EVERY = 0.06  # s
_SNAP = 1.0


def eased(position: int, goal: int) -> int:
    """Return the next position of a servo, as the firmware calculates it."""
    new = position + (goal - position) * _EASE
    return goal if abs(new - goal) < _SNAP else int(new)


def clamped(value: int, limits: tuple[int, int]) -> int:
    """Return the nearest value within limits."""
    return min(max(value, limits[0]), limits[1])


def turned(position: tuple[int, int], word: str) -> tuple[int, int]:
    """Return the position one arrow further, or the start for `center`."""
    if word == "center":
        return START
    turn = {"up": (0, -1), "down": (0, 1), "left": (1, 0), "right": (-1, 0)}
    (x, y), (by_x, by_y) = position, turn[word]
    return (
        clamped(x + by_x * _STEP, X_LIMITS),
        clamped(y + by_y * _STEP, Y_LIMITS),
    )
