#!/usr/bin/env python3
"""Report the readings of a Raspberry Pi to a receiver; the standard library is enough.

    export WEBHOOK=http://homeassistant.local:8123/api/webhook/...
    read_dht22 | python3 raspberry_pi.py

Each line of standard input is a reading, temperature and humidity: `22.6 41.3`.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request

TRIES = 5
PAUSE = 10  # s
TIMEOUT = 10  # s


def send(webhook: str, temperature: float, humidity: float) -> str:
    """Send one reading and return the response; raises OSError."""
    body = json.dumps({"temperature": temperature, "humidity": humidity}).encode()
    request = urllib.request.Request(  # noqa: S310 - the address is the user's own
        webhook, body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT) as response:  # noqa: S310
        text: str = response.read().decode()
        return text


def send_with_retries(webhook: str, temperature: float, humidity: float) -> str:
    """Send one reading; wait while Home Assistant starts. Raises OSError."""
    for _ in range(TRIES - 1):
        try:
            return send(webhook, temperature, humidity)
        except urllib.error.HTTPError as err:
            if err.code not in {429, 503}:
                raise
            time.sleep(float(err.headers.get("Retry-After", PAUSE)))
        except OSError:
            time.sleep(PAUSE)
    return send(webhook, temperature, humidity)


def main() -> None:
    """Send each reading of standard input."""
    webhook = os.environ["WEBHOOK"]
    for line in sys.stdin:
        temperature, humidity = map(float, line.split())
        try:
            print(send_with_retries(webhook, temperature, humidity), flush=True)
        except OSError as err:
            print(f"not sent: {err}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
