"""Names that the modules of this family share."""

from typing import Final

KIND_NAME: Final = "presence"
