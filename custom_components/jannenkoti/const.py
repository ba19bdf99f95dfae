"""Names that the whole integration shares."""

import logging
from typing import Final

DOMAIN: Final = "jannenkoti"

CONF_KIND: Final = "kind"
CONF_KIND_VERSION: Final = "kind_version"

LOGGER: Final = logging.getLogger(__package__)
