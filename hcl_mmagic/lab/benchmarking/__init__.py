"""What a model, its data and restoring take."""
