"""Rows of the area `giving`: its tables beside the statements that read and write them."""
