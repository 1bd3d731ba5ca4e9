"""Rooms, and what is written there."""
