"""Words and shapes of the availability editor."""
