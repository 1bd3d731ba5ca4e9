"""Accounts, log-ins and mentors."""
