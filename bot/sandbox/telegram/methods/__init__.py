"""The Bot API's methods by area; table.py lists them all."""
