"""The printer's local MQTT interface: TLS, requests, reports."""
