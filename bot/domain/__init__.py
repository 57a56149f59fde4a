"""Frozen types and pure rules about supporters, campaigns and asks. No I/O of any kind."""
