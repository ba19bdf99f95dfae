"""Simulated devices that speak the real wire protocols on real sockets."""
