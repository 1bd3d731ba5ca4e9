"""The verbs of sessions: book, cancel, move, answer, change, and what the clock does."""
