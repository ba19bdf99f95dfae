#!/usr/bin/env python3
"""Send a TLINK push to Home Assistant, signed, as a relay of yours would.

    export PUSH_URL=http://homeassistant.local:8123/api/jannenkoti/tlink/... SECRET=...
    python3 tlink_relay.py < push.json

*Reconfigure* of the account shows both. Without `SECRET` the push is not signed.
"""

import hashlib
import hmac
import os
import sys
import urllib.error
import urllib.request

TIMEOUT = 30  # s


def push(url: str, body: bytes, secret: str | None) -> tuple[int, str]:
    """Send the body as it is; return status and response."""
    headers = {"Content-Type": "application/json"}
    if secret:
        signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        headers["X-TLink-Signature"] = f"sha256={signature}"
    request = urllib.request.Request(url, body, headers)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as response:  # noqa: S310
            return response.status, response.read().decode()
    except urllib.error.HTTPError as err:
        return err.code, err.read().decode()


def main() -> int:
    """Send standard input; return 0 if it was stored."""
    status, text = push(
        os.environ["PUSH_URL"], sys.stdin.buffer.read(), os.environ.get("SECRET")
    )
    print(status, text)
    return 0 if status == 200 else 1  # noqa: PLR2004


if __name__ == "__main__":
    sys.exit(main())
