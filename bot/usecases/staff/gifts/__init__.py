"""Staff look at cases and refund gifts."""
