"""Mentors' published time, and the slots that follow from it."""
