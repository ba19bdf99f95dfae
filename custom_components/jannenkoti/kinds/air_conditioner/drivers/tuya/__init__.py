"""Drivers for Tuya devices, in the local network and over the cloud."""
