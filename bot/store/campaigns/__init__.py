"""Rows of the area `campaigns`: its tables beside the statements that read and write them."""
