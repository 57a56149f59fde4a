"""Staff refund gifts."""
