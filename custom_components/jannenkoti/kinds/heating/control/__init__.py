"""Decide which stages heat, and why."""
