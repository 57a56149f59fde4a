"""Rows of the area `nudges`: its tables beside the statements that read and write them."""
