"""The learned room: what its air does, what its sensors show of it, where it turns."""
