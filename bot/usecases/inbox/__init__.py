"""Messages between supporters and staff."""
