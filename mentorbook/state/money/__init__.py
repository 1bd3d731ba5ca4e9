"""Pages of money: statements, receipts, sums."""
