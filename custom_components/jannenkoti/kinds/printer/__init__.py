"""3D printers of Bambu Lab in the local network: status, control and time-lapse."""
