"""An air conditioner that keeps a room at its temperature."""
