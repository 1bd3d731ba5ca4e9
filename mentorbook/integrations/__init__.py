"""What lies outside: one file a vendor, each behind a protocol of `domain/ports.py`."""
