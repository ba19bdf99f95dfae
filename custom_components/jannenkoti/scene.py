"""Scenes: each kind has its own in ``kinds/<kind>/scene.py``."""

from homeassistant.const import Platform

from .platform import hand_on

PARALLEL_UPDATES = 0  # Unlimited, because each client limits its own requests.

async_setup_entry = hand_on(Platform.SCENE)
