"""From evidence to stages: home, just left, away, extended away."""
