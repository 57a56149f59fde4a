"""Make `python -m bot` the same as `obole`."""

from bot.cli import main

main()
