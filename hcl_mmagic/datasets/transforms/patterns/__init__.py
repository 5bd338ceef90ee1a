"""Corruption patterns that bring their own shape."""
