"""Telegram: updates to use cases, Cards to messages. The only package that imports telegram."""

import os

# python-telegram-bot warns at every flood wait until one opts in to timedelta pauses, its future default.
os.environ.setdefault("PTB_TIMEDELTA", "1")
