"""Donors invite friends: personal links, arrivals, the circle."""
