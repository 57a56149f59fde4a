"""The team: members, their roles, and the one-time codes that add them."""
