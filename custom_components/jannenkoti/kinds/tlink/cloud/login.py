"""The credentials of an account."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Login:
    """User name, password and client; never shown."""

    username: str
    password: str = field(repr=False)
    client_id: str
    client_secret: str = field(repr=False)
    user_id: str | None = None
    """The number of the user, where no answer contains it."""
