"""What supporters agree to receive, and how they opt out."""
