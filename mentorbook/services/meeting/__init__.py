"""The rooms of sessions."""
