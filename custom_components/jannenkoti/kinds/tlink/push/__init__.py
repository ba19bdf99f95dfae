"""Receive pushes: signature, times, deduplication, ingest."""
