"""Staff switch and word reminders."""
