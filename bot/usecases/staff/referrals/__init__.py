"""What staff are notified of about invites."""
