"""Rules of sessions: what may be done when, statuses, policies, refunds."""
