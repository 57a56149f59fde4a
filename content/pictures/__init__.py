"""Pictures: drawn for chats and shared links, or received from staff."""
