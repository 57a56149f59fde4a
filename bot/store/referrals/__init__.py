"""Rows of the area `referrals`: its tables beside the statements that read and write them."""
