"""Accounts, log-ins and the directory of mentors."""
