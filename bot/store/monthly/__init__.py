"""Rows of the area `monthly`: its tables beside the statements that read and write them."""
