"""The real servers which tests talk to, started on loopback and gone with the test run."""
