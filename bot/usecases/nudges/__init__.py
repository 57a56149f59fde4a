"""Reminders to past donors, the holdout that measures their effect, and impact updates, which ask for nothing."""
