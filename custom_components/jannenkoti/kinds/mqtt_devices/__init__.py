"""MQTT devices: claimed by consent, then run by hand or by schedule."""
