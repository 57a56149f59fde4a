"""Matched gifts: what a sponsor adds to the gifts of others."""
