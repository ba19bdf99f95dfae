"""The state of each light: what to send to it, and when to leave it alone."""
