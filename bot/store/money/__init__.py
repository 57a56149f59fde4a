"""Rows of the area `money`: its tables beside the statements that read and write them."""
