"""Notices to staff about invites."""
