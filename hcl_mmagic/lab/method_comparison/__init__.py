"""Methods side by side on frozen test sets."""
