"""Names that the modules of this family share."""

from typing import Final

KIND_NAME: Final = "hue_bridge"

CONF_HOST: Final = "host"
CONF_KEY: Final = "app_key"
CONF_BRIDGE_ID: Final = "bridge_id"
CONF_FINGERPRINT: Final = "fingerprint"
