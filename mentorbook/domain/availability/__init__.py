"""Rules of a mentor's time: intervals, opening hours, why a time is not offered."""
