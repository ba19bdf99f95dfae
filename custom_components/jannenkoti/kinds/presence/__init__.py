"""The device family `presence`: whether a person is home, and why."""
