"""Tables of campaigns, and the statements that read and write them."""
