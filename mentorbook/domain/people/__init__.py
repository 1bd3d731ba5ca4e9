"""Rules about people: what mentors may say about themselves."""
