"""Names that the modules of this family share."""

from typing import Final

KIND_NAME: Final = "tlink"

CONF_TOKEN: Final = "push_token"  # noqa: S105 - a key
CONF_SECRET: Final = "push_secret"  # noqa: S105 - a key
CONF_OLD_SECRET: Final = "old_push_secret"  # noqa: S105 - a key
CONF_CLOUD: Final = "cloud"
CONF_PROVIDER: Final = "provider"
CONF_BASE_URL: Final = "base_url"
CONF_USERNAME: Final = "username"
CONF_PASSWORD: Final = "password"  # noqa: S105 - a key
CONF_CLIENT_ID: Final = "client_id"
CONF_CLIENT_SECRET: Final = "client_secret"  # noqa: S105 - a key
CONF_USER_ID: Final = "user_id"
CONF_OWN_USER_ID: Final = "own_user_id"

SIGNATURE_HEADER: Final = "X-TLink-Signature"

API_PATH: Final = "/api/jannenkoti/tlink"


def push_path(token: str) -> str:
    """Return the path that an account is pushed to."""
    return f"{API_PATH}/{token}"
