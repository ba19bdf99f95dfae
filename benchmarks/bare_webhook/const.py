"""What the benchmark and this integration agree on; imports nothing of either."""

DOMAIN = "bare_webhook"

BOARDS = 48
"""Fewer than a receiver takes (64)."""

STATES = "bare_states"
"""Webhook that writes straight into the state machine."""
ENTITIES = "bare_entities"
"""Webhook that writes through entities."""
READINGS = "bare_readings"
"""Webhook that writes the readings of a push straight into the state machine."""
READING_ENTITIES = "bare_reading_entities"
"""Webhook that writes the readings of a push through entities."""
PUSHED_DEVICES = 10
PUSHED_SENSORS = 8
"""Of each of these devices; ids count from 1."""
MESSAGES = "bare_messages"
"""Webhook that begins to write the messages of a topic into the state machine."""
LAG = "bare_lag"
"""Webhook that tells how long the event loop was held up at most since then."""
LAGS = ("all", "collected", "waited", "own")
"""What it tells of: the lag, and what part of one was whose."""
ABOUT = "bare_about"
"""Webhook that tells about the process."""
WRITES = "bare_writes"
"""Webhook that tells how many states were written since it was asked last."""
