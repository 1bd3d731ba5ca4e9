"""The hours of mentors."""
