"""What people read: pure functions from a DTO and its reader to words and shapes. No Reflex, no services."""
