"""Figures counted over the rows of other areas."""
