"""Rows of the area `gifts`: its tables beside the statements that read and write them."""
