"""The repository's pages, for the tests of this folder."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import typer

from bot.cli import cli

ROOT = Path(__file__).resolve().parents[2]
GUIDES = (
    "going-live",
    "guide",
    "commands",
    "permissions",
    "measuring",
    "exports",
    "imports",
    "receipts-today",
    "privacy",
)  # for a charity's staff
TWINS = (
    ("README.md", "README.fr.md"),
    *((f"docs/{name}.md", f"docs/{name}.fr.md") for name in GUIDES),
)  # the same page in English and in French
FRENCH = tuple(french for _, french in TWINS)
STAFF_PAGES = tuple(page for twins in TWINS for page in twins)
ENGINEERS = ("ARCHITECTURE.md", "CONTRIBUTING.md")
PAGES = (*STAFF_PAGES, *ENGINEERS, "CHANGELOG.md", "SECURITY.md", "CODE_OF_CONDUCT.md", "docs/operations.md")

_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_TICKED = re.compile(r"`([^`]+)`")
_OBOLE = re.compile(r"(?:^|[\s/(])obole((?: +[\w:@.+-]+)*)")


def read(name: str) -> str:
    """Return a page's text."""
    return (ROOT / name).read_text(encoding="utf-8")


def fences(page: str, language: str | None = None) -> list[str]:
    """Return the fenced blocks of one language, or of all, without their indentation."""
    return [
        "\n".join(line.strip() for line in body.split("\n"))
        for kind, body in _FENCE.findall(page)
        if language in (None, kind)
    ]


def prose(page: str) -> str:
    """Return a page without its fenced blocks."""
    return _FENCE.sub("", page)


def ticked(page: str) -> list[str]:
    """Return the texts between backticks in the prose, each on one line."""
    return [" ".join(found.split()) for found in _TICKED.findall(prose(page))]


def commands(page: str) -> list[list[str]]:
    """Return every `obole ...` command in backticks and shell blocks, split into words."""
    lines = [*ticked(page), *(line for block in fences(page, "sh") for line in block.split("\n"))]
    return [words.split() for line in lines for words in _OBOLE.findall(line)]


def check_command(words: list[str]) -> None:
    """Check a command against the command line's own tree. Raises AssertionError for an unknown command or option."""
    here: Any = typer.main.get_command(cli)
    rest = list(words)
    while hasattr(here, "commands") and rest:
        name = rest.pop(0)
        assert name in here.commands, f"obole {' '.join(words)}: no command {name}"
        here = here.commands[name]
    known = {option for param in here.params for option in param.opts}
    unknown = {word for word in rest if word.startswith("--")} - known - {"--help"}
    assert not unknown, f"obole {' '.join(words)}: no option {unknown}"


def leaves() -> list[tuple[str, ...]]:
    """Return every command that can be run, split into words."""
    return _below(typer.main.get_command(cli), ())


def _below(command: Any, words: tuple[str, ...]) -> list[tuple[str, ...]]:
    if not hasattr(command, "commands"):
        return [words]
    return [leaf for name, subcommand in command.commands.items() for leaf in _below(subcommand, (*words, name))]


@cache
def tree() -> frozenset[str]:
    """Return every file and folder of the repository, relative to the root."""
    top = [entry for entry in ROOT.iterdir() if entry.name not in (".git", ".venv", "build", "dist", "var")]
    below = [path for folder in top if folder.is_dir() for path in folder.rglob("*")]
    return frozenset(p.relative_to(ROOT).as_posix() for p in [*top, *below] if "__pycache__" not in p.parts)
