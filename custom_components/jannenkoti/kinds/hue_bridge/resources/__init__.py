"""The resources of a bridge, and what is read of them."""
