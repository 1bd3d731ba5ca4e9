"""Payments through Stripe: the adapter, with the official library, against a double of Stripe."""
