"""The device family `light_routine`: lights that follow a table of the day."""
