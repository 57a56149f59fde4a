"""Staff look at figures."""
