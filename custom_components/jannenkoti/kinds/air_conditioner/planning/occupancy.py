"""Occupancy (people) and openings (windows and doors)."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ....lib.stored import Stored


# States of persons, trackers and contacts without information.
_UNKNOWN = (None, "unknown", "unavailable")


def is_home(state: str | None) -> bool | None:
    """Return whether a person is at home; None if unknown."""
    return None if state in _UNKNOWN else state == "home"


def is_open(state: str | None) -> bool | None:
    """Return whether a contact is open; None if unknown."""
    return None if state in _UNKNOWN else state == "on"


@dataclass(frozen=True, kw_only=True)
class Delays:
    """How long a state must last before it is used."""

    grace: timedelta = timedelta(minutes=15)
    """How long all people must be away."""
    delay: timedelta = timedelta(seconds=60)
    """How long a window must be open."""
    limit: timedelta = timedelta(hours=24)
    """After how long an open window counts as a stuck contact."""


@dataclass(frozen=True, kw_only=True)
class Occupancy:
    """Absence and open contacts, kept across updates and restarts."""

    gone_since: datetime | None = None
    """Since when no one has been home; None while that is not certain."""
    opened: Mapping[str, datetime] = field(default_factory=dict)
    """Contacts whose last known state is open, and since when."""

    def updated(
        self,
        people: Mapping[str, bool | None],
        contacts: Mapping[str, bool | None],
        delays: Delays,
        now: datetime,
    ) -> Occupancy:
        """Return this after an update; None stands for an unknown state."""
        gone_since = self._gone_since(tuple(people.values()), delays, now)
        opened = {
            contact: min(self.opened.get(contact, now), now)
            for contact, is_open_now in contacts.items()
            if is_open_now or (is_open_now is None and contact in self.opened)
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
            # An unknown person may be home, but has not come home either.
            return self.gone_since if self.is_away(delays, now) else None
        if self.gone_since is None or self.gone_since > now:
            return now
        return self.gone_since

    def is_away(self, delays: Delays, now: datetime) -> bool:
        """Return whether all people have been away for the grace time."""
        return self.gone_since is not None and now - self.gone_since >= delays.grace

    def window_open(
        self, contacts: Mapping[str, bool | None], delays: Delays, now: datetime
    ) -> bool:
        """Return whether a window is open longer than the delay and is not stuck."""
        return any(
            contacts.get(contact) and delays.delay <= now - since < delays.limit
            for contact, since in self.opened.items()
        )

    def stuck(
        self, contacts: Mapping[str, bool | None], delays: Delays, now: datetime
    ) -> tuple[str, ...]:
        """Return the contacts that have been open for longer than the limit."""
        return tuple(
            contact
            for contact, since in self.opened.items()
            if contacts.get(contact) and now - since >= delays.limit
        )

    def edges(self, delays: Delays) -> Iterator[datetime]:
        """Yield when this may change without a new state of an entity."""
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
        """Read what was stored; unreadable parts are left out."""
        opened = stored.child("opened")
        moments = {
            contact: opened.moment(contact, None)
            for contact in opened.keys()  # noqa: SIM118 - not a dict
        }
        return cls(
            gone_since=stored.moment("gone_since", None),
            opened={contact: at for contact, at in moments.items() if at is not None},
        )
