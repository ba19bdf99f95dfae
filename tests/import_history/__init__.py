"""Tests of the import of old data in Home Assistant."""
