"""Why what was decided could not be done, and what its user hears of that."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from ..drivers.driver import (
    DeviceOffline,
    DriverError,
    QuotaExhausted,
    SubscriptionExpired,
)
from .decide import Decision, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

_WHY_UNREACHABLE: Final[Mapping[type[DriverError | None], Reason]] = {
    DeviceOffline: Reason.CLOUD_LOST,
    SubscriptionExpired: Reason.SUBSCRIPTION_EXPIRED,
    QuotaExhausted: Reason.QUOTA_EXHAUSTED,
}

COMPLAINTS: Final = {
    Reason.UNREACHABLE: "air_conditioner_unreachable",
    Reason.CLOUD_LOST: "air_conditioner_unreachable",
    Reason.SUBSCRIPTION_EXPIRED: "air_conditioner_subscription_expired",
    Reason.QUOTA_EXHAUSTED: "air_conditioner_quota_exhausted",
    Reason.REFUSED: "air_conditioner_refused",
}
"""What is said to a user whose wish was not carried out."""


def explained(decision: Decision, failure: DriverError | None) -> Decision:
    """Return a decision that says more exactly why nobody answered."""
    if decision.reason is not Reason.UNREACHABLE:
        return decision
    why = _WHY_UNREACHABLE.get(type(failure), decision.reason)
    return replace(decision, reason=why)
