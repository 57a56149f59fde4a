"""Telegram: update to use case, Card to message. The only place that imports telegram."""

import os

# python-telegram-bot warns at every flood wait until one opts in to pauses as timedelta, its coming default.
os.environ.setdefault("PTB_TIMEDELTA", "1")
