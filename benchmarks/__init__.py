"""Benchmarks: each figure beside a reference; see README.md."""
