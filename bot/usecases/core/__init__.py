"""What every area builds on: access, the audit log, notices to staff, prompts, limits and the freeze."""
