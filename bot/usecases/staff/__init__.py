"""Staff commands, buttons and notices in chat. `routes.py` lists all handlers; each area has a folder."""
