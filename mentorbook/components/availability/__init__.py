"""The availability editor and its parts."""
