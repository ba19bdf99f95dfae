"""The rules of a receiver: which reports it accepts, and what they change."""
