"""Rows of the area `matching`: its tables beside the statements that read and write them."""
