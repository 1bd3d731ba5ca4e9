"""Benchmarks: they print, and never fail a build on time."""
