#!/usr/bin/env bash
# Install the Debian or Ubuntu packages that everything here can use, where they are missing.
# Nothing but .ci/run and the dev container calls this: scripts/setup needs none of them.
set -euo pipefail

PATH=$PATH:/usr/sbin # Where the broker lies; not on every user's PATH.
has() { command -v "$1" >/dev/null; }

missing=()
has chromium || has google-chrome || missing+=(chromium) # Names that the browser tests try.
has curl || missing+=(curl)                              # An example in docs/tlink.md ...
has ffmpeg || missing+=(ffmpeg)                          # Time-lapses.
has g++ || missing+=(g++)                                # Home Assistant's page.
has git || missing+=(git)
has mosquitto || missing+=(mosquitto) # The demo's broker.
has openssl || missing+=(openssl) # ... which needs both.
has python3 || missing+=(python3)
has shellcheck || missing+=(shellcheck)
[[ -e /etc/ssl/certs/ca-certificates.crt ]] || missing+=(ca-certificates)
[[ ${missing[*]} ]] || exit 0

as_root=()
[[ $EUID == 0 ]] || as_root=(sudo)

# policy-rc.d keeps Debian from starting installed services, here the broker.
policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod +x "$policy"
  trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi

echo "installing ${missing[*]}"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
