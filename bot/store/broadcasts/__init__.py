"""Rows of the area `broadcasts`: its tables beside the statements that read and write them."""
