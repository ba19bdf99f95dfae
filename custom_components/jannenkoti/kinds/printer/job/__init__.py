"""What a printer does: its status, stages, errors and the events of a print."""
