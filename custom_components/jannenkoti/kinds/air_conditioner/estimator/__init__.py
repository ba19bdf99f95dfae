"""The room model: air, sensors and turning points, learned from readings."""
