"""The heating over 90 days, 90 days with losses, and 200 days beside their optima.

About 15 minutes, so it is measured only if it is named.
"""

from typing import TYPE_CHECKING

from .heating.contest import days, foresight, quality

if TYPE_CHECKING:
    from .figure import Figure


async def measure() -> list[Figure]:
    """Measure all."""
    return [*days(90, 90), *quality(200), *foresight(10, 2)]
