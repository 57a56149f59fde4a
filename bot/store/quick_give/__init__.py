"""Rows of saved cards, and of what their holders agreed to. Card data never reaches us."""
