"""Analytics: counters, rates and transitions from observations."""
