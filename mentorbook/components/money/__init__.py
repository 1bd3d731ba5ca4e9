"""Views of money: statements, receipts, sums."""
