"""Rows of the area `core`: its tables beside the statements that read and write them."""
