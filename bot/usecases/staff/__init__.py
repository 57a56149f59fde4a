"""What staff do from chat. `routes.py` lists who handles what; a folder for each area."""
