"""The login of a TLINK cloud: OAuth by password, renewed by refresh token."""

import base64
import secrets

from aiohttp import web


class TlinkOAuth:
    """One user, one client, and the tokens that count."""

    username = "demo"
    password = "demo-password"  # noqa: S105 - it is made up
    client_id = "client"
    client_secret = "client-secret"  # noqa: S105 - it is made up
    user_id = 902

    def __init__(self, *, vendor: bool = False) -> None:
        """Initialize without tokens; ``vendor`` answers by the vendor's document."""
        self.vendor = vendor
        self.token_life = 3600
        self.user_login_status: int | None = None
        """Instead of the user, where set."""
        self.grants: list[str] = []
        self._tokens: set[str] = set()
        self._refresh: set[str] = set()

    def login(self, base_url: str) -> dict[str, str]:
        """Return what a user enters to let Home Assistant in."""
        return {
            "provider": "dtuip",
            "base_url": base_url,
            "username": self.username,
            "password": self.password,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
        }

    def expire_tokens(self) -> None:
        """Let all tokens count no more."""
        self._tokens.clear()

    def forget_refresh(self) -> None:
        """Let no login be renewed either."""
        self._refresh.clear()

    def lets_in(self, request: web.Request) -> bool:
        """Return whether a request has a valid token."""
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return bearer in self._tokens

    async def answer(self, request: web.Request) -> web.Response:
        """Answer a request for a token."""
        form = {**request.query, **await request.post()}
        grant = str(form.get("grant_type"))
        self.grants.append(grant)
        if grant == "password":
            expected = f"{self.client_id}:{self.client_secret}".encode()
            basic = f"Basic {base64.b64encode(expected).decode()}"
            good = request.headers.get("Authorization") == basic and (
                form.get("username"),
                form.get("password"),
            ) == (self.username, self.password)
        else:
            good = form.get("refresh_token") in self._refresh and (
                form.get("client_id"),
                form.get("client_secret"),
            ) == (self.client_id, self.client_secret)
        if not good:
            return self._refusal()
        access, refresh = secrets.token_hex(16), secrets.token_hex(16)
        self._tokens.add(access)
        self._refresh.add(refresh)
        fields: dict[str, str | int] = {
            "access_token": access,
            "token_type": "bearer",
            "refresh_token": refresh,
            "expires_in": self.token_life,
            "scope": "tlink",
            "clientId": self.client_id,
            "clientSecret": self.client_secret,
        }
        # The vendor's document promises no user here, but in `userLogin`.
        return web.json_response(
            fields if self.vendor else {**fields, "userId": self.user_id}
        )

    async def user_login(self, request: web.Request) -> web.Response:
        """Answer the call that returns the user of a login."""
        if self.user_login_status is not None:
            return web.Response(status=self.user_login_status, text="<html>")
        fields = await request.json()
        if (fields.get("userName"), fields.get("password")) != (
            self.username,
            self.password,
        ):
            return web.json_response({"flag": "01", "msg": "wrong password"})
        return web.json_response(
            {
                "flag": "00",
                "msg": "",
                "id": self.user_id,
                "clientId": self.client_id,
                "secret": self.client_secret,
            }
        )

    def _refusal(self) -> web.Response:
        """Answer a wrong login; the vendor's server is one of Spring."""
        error = {"error": "invalid_grant", "error_description": "Bad credentials"}
        return web.json_response(error, status=400 if self.vendor else 401)
