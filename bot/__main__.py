"""`python -m bot` does what `obole` does."""

from bot.cli import main

main()
