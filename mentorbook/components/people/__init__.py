"""Views of accounts and of mentors."""
