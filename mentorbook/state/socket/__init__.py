"""What stands between a browser's socket and the states: the door, log-ins, limits, live pages."""
