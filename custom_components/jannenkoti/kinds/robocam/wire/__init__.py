"""Messages and the connection of the camera."""
