"""What other integrations raise."""


class LibraryError(Exception):
    """An error without a base, as integrations let them pass."""
