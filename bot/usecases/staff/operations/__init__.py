"""The freeze, owners' limits, and notices about the bot itself."""
