"""What mail says, and how it looks."""
