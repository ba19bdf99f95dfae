"""The demo house: a real Home Assistant among simulated devices."""
