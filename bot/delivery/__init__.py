"""Workers that send: the outbox, broadcasts, corrections, and the pacer. They never decide who gets a message."""
