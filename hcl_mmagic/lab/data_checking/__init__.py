"""Checking data before training."""
