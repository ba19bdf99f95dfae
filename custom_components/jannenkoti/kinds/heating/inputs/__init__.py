"""What the house reports: units, ages and averages."""
