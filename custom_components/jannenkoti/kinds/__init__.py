"""The kinds, each in a folder of its own."""
