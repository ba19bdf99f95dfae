"""Import the data of the five old servers: statistics and settings."""
