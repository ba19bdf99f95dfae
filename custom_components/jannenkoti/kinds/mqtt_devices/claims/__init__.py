"""Pure rules of claimed and unclaimed devices."""
