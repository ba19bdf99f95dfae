"""Planning: the target of now and of the hours to come."""
