#!/usr/bin/env bash
# Report a temperature and a humidity with curl.
#
#   export URL=http://homeassistant.local:8123/api/esp32_temphum API_KEY=sk_...
#   examples/room_sensor.sh Bedroom 22.6 41.3
set -euo pipefail

location=${1:?location} temperature=${2:?temperature in °C} humidity=${3:?humidity in %}
# The key is read from standard input, because other users can see a command line.
curl --silent --show-error --fail-with-body --max-time 10 --config - "$URL" \
  --header 'Content-Type: application/json' \
  --data "{\"location\": \"$location\", \"temperature_c\": $temperature, \"humidity_pct\": $humidity}" \
  <<<"header = \"X-API-Key: $API_KEY\""
