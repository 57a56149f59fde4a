"""Tables of reminders and impact updates, and the statements that read and write them."""
