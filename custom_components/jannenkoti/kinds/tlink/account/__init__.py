"""The rules and the inventory of one account."""
