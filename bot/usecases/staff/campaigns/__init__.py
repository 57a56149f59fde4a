"""Staff create and change campaigns, places, milestones and matches."""
