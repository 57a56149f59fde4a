"""Rows of the area `giving`: its tables and the statements that read and write them."""
