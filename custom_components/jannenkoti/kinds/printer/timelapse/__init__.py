"""The time-lapse of a print: its session, its frames on disk, its video."""
