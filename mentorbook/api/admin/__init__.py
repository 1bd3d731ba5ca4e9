"""What admins alone see and do."""
