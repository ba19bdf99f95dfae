"""Where the evidence comes from: a phone's address."""
