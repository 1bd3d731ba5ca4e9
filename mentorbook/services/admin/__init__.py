"""What only admins may: the policies, and all sessions."""
