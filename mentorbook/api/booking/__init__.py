"""Bookings, and the calendars that they are in."""
