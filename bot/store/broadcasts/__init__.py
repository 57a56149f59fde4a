"""Rows of the area `broadcasts`: its tables and the statements that read and write them."""
