"""Rows of the area `gifts`: its tables and the statements that read and write them."""
