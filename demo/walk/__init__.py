"""A new user's way, in a real browser: from an empty Home Assistant to an answer."""
