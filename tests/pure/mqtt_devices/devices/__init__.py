"""Tests of the pure rules of MQTT devices."""
