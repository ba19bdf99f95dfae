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
TIMES = "bare_times"
"""Webhook that returns when messages of a topic arrived and were shown."""
LAG = "bare_lag"
"""Webhook that returns the longest lag of the event loop since the last call."""
LAGS = ("all", "collected", "waited", "own", "cpu")
"""Its fields: the lag, the share of each cause, and the loop's CPU time meanwhile.

The CPU time leaves out collections; a busy machine does not change it.
"""
COLLECTIONS = "bare_collections"
"""Webhook that returns the full garbage collections since the last call."""
ABOUT = "bare_about"
"""Webhook that returns figures of the process."""
WRITES = "bare_writes"
"""Webhook that returns the number of states written since the last call."""
