"""The kind's own name, by which it finds its entries."""

from typing import Final

KIND_NAME: Final = "air_conditioner"
