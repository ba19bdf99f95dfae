"""The table of slots, and which of them is in effect when."""
