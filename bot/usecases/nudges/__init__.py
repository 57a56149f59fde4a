"""Reminders to give again, the holdout that measures them, and impact updates that ask for nothing."""
