"""What every area builds on: who is asking, the audit log, notices to staff, prompts, limits, the freeze."""
