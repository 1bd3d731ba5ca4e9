"""Mail: what a notice or an account's mail is made of when it is written, and how people want to hear."""
