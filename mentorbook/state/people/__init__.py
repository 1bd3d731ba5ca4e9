"""State of accounts and of mentors."""
