"""An account at Tuya's cloud: who may ask, by signatures, logins and tokens.

Written from Tuya's documentation and not from our client, so that one checks the other.
"""

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aiohttp import web

_CLOCKS_MAY_DIFFER = 300.0  # s

_SIGN_INVALID = (1004, "sign invalid")
_CLIENT_INVALID = (1005, "clientId invalid")
_TOKEN_INVALID = (1010, "token invalid")
_TIME_INVALID = (1013, "request time is invalid")
_LOGIN_FAILED = (2401, "the username or password is wrong")


class CloudError(Exception):
    """What the cloud answers instead of a result."""


@dataclass(frozen=True, kw_only=True)
class _Token:
    user_id: str
    ends: float
    refresh: str


class TuyaAccount:
    """One project with one user of the app."""

    access_id, access_secret = "demo-access-id", "demo-access-secret"
    username, password = "user@example.org", "demo password"
    country_code, schema = "358", "smartlife"
    user_id = "eu1234567890demo"

    def __init__(self) -> None:
        """Have given no token yet."""
        self.token_life = 7200.0
        self.refuses_tokens = False
        """Whether it takes none of the tokens that it gives."""
        self._tokens: dict[str, _Token] = {}

    def forget_tokens(self) -> None:
        """Log in from another place, which invalidates all tokens."""
        self._tokens.clear()

    def check_token(self, request: web.Request) -> None:
        """Reject requests without a valid token."""
        token = self._tokens.get(request.headers.get("access_token", ""))
        if token is None or token.ends <= time.time() or self.refuses_tokens:
            raise CloudError(*_TOKEN_INVALID)

    def check_signature(self, request: web.Request, body: bytes) -> None:
        """Check and sign each request as the documentation describes."""
        headers = request.headers
        if headers.get("client_id") != self.access_id:
            raise CloudError(*_CLIENT_INVALID)
        url = request.path
        if request.query:
            pairs = sorted(request.query.items())
            url += "?" + "&".join(f"{key}={value}" for key, value in pairs)
        signed_headers = "".join(
            f"{name}:{headers.get(name, '')}\n"
            for name in headers.get("Signature-Headers", "").split(":")
            if name
        )
        string_to_sign = (
            f"{request.method}\n{hashlib.sha256(body).hexdigest()}\n"
            f"{signed_headers}\n{url}"
        )
        stamp = headers.get("t", "0")
        text = self.access_id + headers.get("access_token", "") + stamp + string_to_sign
        wanted = hmac.new(
            self.access_secret.encode(), text.encode(), hashlib.sha256
        ).hexdigest()
        if headers.get("sign") != wanted.upper():
            raise CloudError(*_SIGN_INVALID)
        if abs(time.time() - float(stamp) / 1000) > _CLOCKS_MAY_DIFFER:
            raise CloudError(*_TIME_INVALID)

    def give_token(self, request: web.Request) -> dict[str, Any]:
        """Give a new token to the project, or for an old one."""
        if request.query.get("grant_type") == "1":
            return self._new_token("project")
        refresh = request.path.rpartition("/")[2]
        for access, token in self._tokens.items():
            if token.refresh == refresh:
                del self._tokens[access]
                return self._new_token(token.user_id)
        raise CloudError(*_TOKEN_INVALID)

    def log_in(self, login: dict[str, str]) -> dict[str, Any]:
        """Give a token to the user."""
        wanted = {
            "username": self.username,
            "password": hashlib.md5(  # noqa: S324 - the real one wants it so
                self.password.encode()
            ).hexdigest(),
            "country_code": self.country_code,
            "schema": self.schema,
        }
        if login != wanted:
            raise CloudError(*_LOGIN_FAILED)
        return self._new_token(self.user_id)

    def _new_token(self, user_id: str) -> dict[str, Any]:
        access, refresh = secrets.token_hex(16), secrets.token_hex(16)
        ends = time.time() + self.token_life
        self._tokens[access] = _Token(user_id=user_id, ends=ends, refresh=refresh)
        return {
            "access_token": access,
            "refresh_token": refresh,
            "expire_time": int(self.token_life),
            "uid": user_id,
        }
