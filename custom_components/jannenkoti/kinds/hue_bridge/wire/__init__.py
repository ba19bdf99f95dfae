"""The connection to a bridge: TLS, requests and the event stream."""
