"""The booking modal and its parts."""
