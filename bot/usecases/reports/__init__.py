"""The figures that matter, for staff and the terminal."""
