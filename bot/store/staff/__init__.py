"""Rows of the area `staff`: its tables beside the statements that read and write them."""
