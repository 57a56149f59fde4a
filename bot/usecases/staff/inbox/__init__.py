"""Staff reply to supporters and handle cases."""
