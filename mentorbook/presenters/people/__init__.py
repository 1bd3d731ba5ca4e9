"""Words and shapes of mentors, accounts and their log-ins."""
