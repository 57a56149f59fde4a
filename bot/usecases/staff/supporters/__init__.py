"""What staff do about supporters."""
