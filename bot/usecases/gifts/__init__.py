"""Gifts after the payment: claims, mistakes and duplicates, and a donor's list of gifts."""
