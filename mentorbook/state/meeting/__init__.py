"""State of the room."""
