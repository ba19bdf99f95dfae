"""Attacks on every door of the integration, generated over all families."""
