"""What a user may do with a printer now: commands, guard, G-code and its queue."""
