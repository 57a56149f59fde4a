"""Tables of staff, and the statements that read and write them."""
