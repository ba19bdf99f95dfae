"""Tests of the pure part of the import of old data."""
