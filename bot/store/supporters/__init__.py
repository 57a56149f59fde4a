"""Rows of the area `supporters`: its tables beside the statements that read and write them."""
