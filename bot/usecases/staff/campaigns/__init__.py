"""Staff make and change campaigns, places, milestones and matches."""
