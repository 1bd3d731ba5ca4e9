"""Tests, one folder a layer of the house."""
