"""What people read of money: statements, receipts, sums."""
