"""Rows of the area `inbox`: its tables beside the statements that read and write them."""
