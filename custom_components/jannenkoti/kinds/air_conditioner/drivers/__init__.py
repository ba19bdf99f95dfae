"""Drivers: everything that exchanges commands and states with a device."""
