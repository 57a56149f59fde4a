"""Rows of the area `core`: its tables and the statements that read and write them."""
