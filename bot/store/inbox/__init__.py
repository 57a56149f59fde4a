"""Tables of the inbox, and the statements that read and write them."""
