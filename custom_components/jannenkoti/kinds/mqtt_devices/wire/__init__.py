"""Pure formats: messages, HTTP responses and the event stream."""
