"""Monthly gifts: offered, confirmed, changed, paused, ended."""
