"""Linking a supporter's two accounts, merging them, and erasing a supporter's data."""
