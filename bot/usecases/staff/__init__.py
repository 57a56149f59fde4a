"""What staff do from their chat. Each module is one corner of it; table.py says who handles what."""
