"""A gift after it was made: whose it is, what went wrong with it, the list of one's own."""
