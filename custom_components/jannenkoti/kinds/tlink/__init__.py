"""TLINK: signed push that loses nothing, cloud sync, history."""
