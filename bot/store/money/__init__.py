"""Rows of the area `money`: its tables and the statements that read and write them."""
