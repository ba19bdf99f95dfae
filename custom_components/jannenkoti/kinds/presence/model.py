"""What survives a restart."""

from typing import TYPE_CHECKING, Any

from .stages.rules import Presence, Sign, Stage, State

if TYPE_CHECKING:
    from ...lib.stored import Stored


def as_saved(presence: Presence) -> dict[str, Any]:
    """Return what survives a restart: the state, and how long sources are silent."""
    state, opened = presence.state, presence.door_opened
    return {
        "home": state.home,
        "since": state.since.isoformat() if state.since else None,
        "last_seen": state.last_seen.isoformat() if state.last_seen else None,
        "door_opened": opened.isoformat() if opened else None,
        "silent": {
            name: source.since.isoformat()
            for name, source in presence.sources.items()
            if source.sign is Sign.NOT_HERE and source.since is not None
        },
    }


def restore(presence: Presence, stored: Stored) -> None:
    """Restore the state; sources that were silent keep the time since then."""
    home = stored.truth("home", default=False) if "home" in stored else None
    since = stored.moment("since", None)
    presence.state = State(
        home=home if since is not None else None,
        since=since,
        stage=None if home is None else Stage.HOME if home else Stage.AWAY,
        last_seen=stored.moment("last_seen", None),
    )
    presence.door_opened = stored.moment("door_opened", None)
    silent = stored.child("silent")
    for name, source in presence.sources.items():
        if (at := silent.moment(name, None)) is not None:
            source.sign, source.since = Sign.NOT_HERE, at
