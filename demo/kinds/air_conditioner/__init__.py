"""The kind `air_conditioner` in the demo house."""

from .demo import Demo

__all__ = ["Demo"]
