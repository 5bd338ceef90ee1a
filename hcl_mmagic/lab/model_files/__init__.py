"""Checkpoints of others made ours, and ours made small."""
