"""What supporters agree to receive, and how they stop it."""
