"""Money: holds, payments, what is given back, and the books of it."""
