"""The reason together with why the command failed, and the user's error text."""

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

ERRORS: Final = {
    Reason.UNREACHABLE: "air_conditioner_unreachable",
    Reason.CLOUD_LOST: "air_conditioner_unreachable",
    Reason.SUBSCRIPTION_EXPIRED: "air_conditioner_subscription_expired",
    Reason.QUOTA_EXHAUSTED: "air_conditioner_quota_exhausted",
    Reason.REFUSED: "air_conditioner_refused",
}
"""The error texts for requests that were not carried out."""


def reason_with_failure(decision: Decision, failure: DriverError | None) -> Decision:
    """Return the decision with the exact reason why the device did not respond."""
    if decision.reason is not Reason.UNREACHABLE:
        return decision
    why = _WHY_UNREACHABLE.get(type(failure), decision.reason)
    return replace(decision, reason=why)
