"""A camera on two servos: one connection to it, any number of viewers."""
