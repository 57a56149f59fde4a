"""Tables of supporters, and the statements that read and write them."""
