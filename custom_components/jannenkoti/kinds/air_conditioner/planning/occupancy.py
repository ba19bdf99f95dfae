"""Who is at home and which windows are open, as far as that is known."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ....lib.stored import Stored


# States of persons, trackers and contacts that tell nothing.
_UNKNOWN = (None, "unknown", "unavailable")


def is_home(state: str | None) -> bool | None:
    """Return whether a person is at home; None if that is not known."""
    return None if state in _UNKNOWN else state == "home"


def is_open(state: str | None) -> bool | None:
    """Return whether a contact is open; None if that is not known."""
    return None if state in _UNKNOWN else state == "on"


@dataclass(frozen=True, kw_only=True)
class Delays:
    """How long something has to last before it counts."""

    grace: timedelta = timedelta(minutes=15)
    """How long everybody has to be gone."""
    delay: timedelta = timedelta(seconds=60)
    """How long a window has to be open."""
    limit: timedelta = timedelta(hours=24)
    """After how long an open window is taken for a stuck contact."""


@dataclass(frozen=True, kw_only=True)
class Occupancy:
    """What the thermostat goes by between two looks, and across restarts."""

    gone_since: datetime | None = None
    """Since when nobody has been at home; None while that is not certain."""
    opened: Mapping[str, datetime] = field(default_factory=dict)
    """Contacts that were open when they last told anything, and since when."""

    def seen(
        self,
        people: Mapping[str, bool | None],
        contacts: Mapping[str, bool | None],
        delays: Delays,
        now: datetime,
    ) -> Occupancy:
        """Return what to go by after a look; None stands for what is not known."""
        gone_since = self._gone_since(tuple(people.values()), delays, now)
        opened = {
            contact: min(self.opened.get(contact, now), now)
            for contact, told in contacts.items()
            if told or (told is None and contact in self.opened)
        }
        if gone_since == self.gone_since and opened == self.opened:
            return self
        return Occupancy(gone_since=gone_since, opened=opened)

    def _gone_since(
        self, people: tuple[bool | None, ...], delays: Delays, now: datetime
    ) -> datetime | None:
        if not people or True in people:
            return None
        if None in people:
            # Whoever cannot be found may be at home; but nobody has come either.
            return self.gone_since if self.is_away(delays, now) else None
        if self.gone_since is None or self.gone_since > now:
            return now
        return self.gone_since

    def is_away(self, delays: Delays, now: datetime) -> bool:
        """Whether everybody has been gone for long enough."""
        return self.gone_since is not None and now - self.gone_since >= delays.grace

    def window_open(
        self, contacts: Mapping[str, bool | None], delays: Delays, now: datetime
    ) -> bool:
        """Whether a window is known to be open, for long enough but not for ever."""
        return any(
            contacts.get(contact) and delays.delay <= now - since < delays.limit
            for contact, since in self.opened.items()
        )

    def stuck(
        self, contacts: Mapping[str, bool | None], delays: Delays, now: datetime
    ) -> tuple[str, ...]:
        """Return the contacts that have been open for too long to be believed."""
        return tuple(
            contact
            for contact, since in self.opened.items()
            if contacts.get(contact) and now - since >= delays.limit
        )

    def edges(self, delays: Delays) -> Iterator[datetime]:
        """Yield when something may change though nobody comes and no window moves."""
        if self.gone_since is not None:
            yield self.gone_since + delays.grace
        for since in self.opened.values():
            yield since + delays.delay
            yield since + delays.limit

    def shifted(self, step: timedelta) -> Occupancy:
        """Return this after the clock was stepped, all ages unchanged."""
        return replace(
            self,
            gone_since=self.gone_since and self.gone_since + step,
            opened={contact: at + step for contact, at in self.opened.items()},
        )

    def as_dict(self) -> dict[str, Any]:
        """Return this as JSON."""
        return {
            "gone_since": self.gone_since and self.gone_since.isoformat(),
            "opened": {name: at.isoformat() for name, at in self.opened.items()},
        }

    @classmethod
    def read(cls, stored: Stored) -> Self:
        """Read what was stored; what is not readable is left out."""
        opened = stored.child("opened")
        moments = {
            contact: opened.moment(contact, None)
            for contact in opened.keys()  # noqa: SIM118 - not a dict
        }
        return cls(
            gone_since=stored.moment("gone_since", None),
            opened={contact: at for contact, at in moments.items() if at is not None},
        )
