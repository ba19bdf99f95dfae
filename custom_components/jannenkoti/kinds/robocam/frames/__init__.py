"""Frames: when to request them and how to send them to viewers."""
