"""One running demo with its page, and the sizes of windows it is opened in."""

from typing import NamedTuple

from playwright.async_api import Browser, ViewportSize

from bot.demo.environment import Environment

DESK, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)
LOCAL_TIME = "America/Toronto"
PERSON = "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0 Safari/537.36"  # the bot opens no invites for programs


class Open(NamedTuple):
    """One environment with its page, for all tests of a module."""

    env: Environment
    url: str
    browser: Browser
