"""Staff answer supporters, and look at cases."""
