"""Staff answer supporters."""
