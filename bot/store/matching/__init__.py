"""Rows of the area `matching`: its tables and the statements that read and write them."""
