"""Names that the modules of this kind share."""

from typing import Final

KIND_NAME: Final = "room_sensors"

CONF_API_KEY: Final = "api_key"
CONF_WEBHOOK_ID: Final = "webhook_id"
