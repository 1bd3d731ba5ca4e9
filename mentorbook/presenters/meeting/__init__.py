"""Words and shapes of the room."""
