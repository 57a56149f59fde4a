"""Pictures: drawn for chats and shared links, or taken in from staff."""
