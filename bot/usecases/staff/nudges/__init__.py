"""Staff configure reminders and their texts."""
