"""Staff write, review, follow and correct broadcasts."""
