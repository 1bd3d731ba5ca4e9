"""Words and shapes of what admins see."""
