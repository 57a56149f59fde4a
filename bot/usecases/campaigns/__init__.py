"""Campaigns as they run: published, shown on live cards, announced at milestones."""
