"""Write and read the journal of an account."""
