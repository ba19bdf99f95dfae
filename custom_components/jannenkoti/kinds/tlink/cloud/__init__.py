"""The platform's cloud: lists, history, commands."""
