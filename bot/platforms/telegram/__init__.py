"""Telegram: update to use case, Card to message. The only place that imports telegram."""
