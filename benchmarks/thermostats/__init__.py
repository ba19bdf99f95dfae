"""Three thermostats that take turns at the same rooms, weather, faults and hands."""
