"""The air conditioner's entry, as its own tests have it."""

from tests.kinds.air_conditioner.conftest import driver, entry, set_up

__all__ = ["driver", "entry", "set_up"]
