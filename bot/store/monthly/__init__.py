"""Tables of monthly gifts, and the statements that read and write them."""
