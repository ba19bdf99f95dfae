"""Insight: what is learned and counted from what was observed."""
