"""Looking at damage and probing it."""
