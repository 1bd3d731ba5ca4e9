"""State of the admin pages."""
