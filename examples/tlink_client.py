#!/usr/bin/env python3
"""Read TLINK devices and history, as clients of the original server's REST API did.

    export HA_URL=http://homeassistant.local:8123 HA_TOKEN=...
    python3 tlink_client.py tlink_devices '{"page": 1, "page_size": 25}'
    python3 tlink_client.py tlink_latest '{"device_id": 4711}'
    python3 tlink_client.py tlink_history '{"sensor_id": 55001, "limit": 50}'

The token is a long-lived access token of a user: **Profile → Security**.
"""

import json
import os
import sys
import urllib.error
import urllib.request
from typing import Any

TIMEOUT = 30  # s


def ask(action: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Perform an action and return its response; raises OSError."""
    url = f"{os.environ['HA_URL']}/api/services/jannenkoti/{action}?return_response"
    request = urllib.request.Request(  # noqa: S310 - the address is the user's own
        url,
        json.dumps(fields).encode(),
        {
            "Authorization": f"Bearer {os.environ['HA_TOKEN']}",
            "Content-Type": "application/json",
        },
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT) as response:  # noqa: S310
        answer: dict[str, Any] = json.load(response)["service_response"]
        return answer


def main(action: str, fields: str = "{}") -> int:
    """Print the response as JSON; return 0 if there is one."""
    try:
        print(json.dumps(ask(action, json.loads(fields)), indent=2, ensure_ascii=False))
    except urllib.error.HTTPError as err:
        print(err.code, err.read().decode(), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
