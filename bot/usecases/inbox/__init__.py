"""Messages of supporters to staff."""
