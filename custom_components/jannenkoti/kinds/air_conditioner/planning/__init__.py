"""Planning: the target now and in the next hours."""
