"""Simulated devices with the real wire protocols on real sockets."""
