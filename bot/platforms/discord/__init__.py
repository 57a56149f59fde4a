"""Discord: interactions to use cases, Cards to messages. The only package that imports discord."""
