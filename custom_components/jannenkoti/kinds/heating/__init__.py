"""Heating: what it is, in one sentence."""
