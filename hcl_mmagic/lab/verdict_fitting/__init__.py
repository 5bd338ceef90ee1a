"""Fitting the verdict whether a photograph is damaged at all."""
