"""State of the availability editor."""
