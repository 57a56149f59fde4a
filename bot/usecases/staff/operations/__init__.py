"""The freeze, limits set by owners, and notices about the bot itself."""
