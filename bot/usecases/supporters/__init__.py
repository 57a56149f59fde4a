"""The person: linking two accounts, merging them, erasing the data."""
