"""Staff pause and resume all payments."""
