"""A printer that another integration provides: what its entities mean."""
