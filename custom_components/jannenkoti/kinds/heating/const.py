"""Names that several modules of the kind use."""

from typing import Final

KIND_NAME: Final = "heating"
