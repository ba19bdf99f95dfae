"""A Philips Hue bridge without Home Assistant's own Hue integration."""
