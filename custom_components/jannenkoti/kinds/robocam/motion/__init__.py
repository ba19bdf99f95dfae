"""Where the camera points, and what moves it."""
