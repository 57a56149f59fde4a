"""Docs are tested: every setting, command and path that they name exists, and both languages match."""

import re
import tomllib
from fnmatch import fnmatchcase

import pytest
from pydantic import AliasChoices

from bot.settings import Settings
from content.catalog import Catalog, Locale
from content.commands import COMMANDS, STAFF_COMMANDS
from payments.facts import HANDLED_TYPES
from tests.docs.pages import (
    ENGINEERS,
    FRENCH,
    PAGES,
    ROOT,
    TWINS,
    check_command,
    commands,
    fences,
    leaves,
    prose,
    read,
    ticked,
    tree,
)

ENV = re.compile(r"\bOBOLE_[A-Z_]+\b")
# What the pages tell people to send to Telegram's own bot, and what they make on their own machine.
BOTFATHER = {"newbot", "setuserpic", "setdescription", "setabouttext", "revoke", "token"}
BOTFATHER |= {"setinline", "setinlinefeedback"}
OWN_FILES = {"obole.sqlite3", "obole.sqlite3-wal", "obole.sqlite3-shm", "obole-backup.sqlite3", ".env", ".venv"}
SUFFIXES = (".py", ".md", ".toml", ".txt", ".ftl", ".png", ".example", "/run")


def variables() -> set[str]:
    """Return every environment variable that Settings reads."""
    names: set[str] = set()
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        names |= (
            {str(choice) for choice in alias.choices} if isinstance(alias, AliasChoices) else {f"OBOLE_{name.upper()}"}
        )
    return names


def test_readme_has_the_two_commands() -> None:
    blocks = fences(read("README.md"), "sh")
    assert blocks[0].strip().endswith("/obole demo"), "the first command sets up and runs the main job"
    assert blocks[1].strip().endswith("/pytest"), "the second sets up and passes the tests"
    for block in blocks[:2]:
        assert "\n" not in block.strip(), "one line to copy"
        assert block.startswith("python3 -m venv .venv && .venv/bin/pip install"), "on a machine with Python only"
        assert "-c constraints.txt" in block


def test_ci_finds_exactly_the_test_command() -> None:
    lines = [line for block in fences(read("README.md"), "sh") for line in block.split("\n")]
    assert [line for line in lines if line.endswith("/pytest")] == [fences(read("README.md"), "sh")[1].strip()]
    assert r"/pytest$" in read(".ci/run")


@pytest.mark.parametrize("twins", TWINS)
def test_both_languages_have_the_same_sections_and_commands(twins: tuple[str, str]) -> None:
    english, french = (read(name) for name in twins)

    def shape(page: str) -> list[int]:
        return [len(hashes) for hashes in re.findall(r"^(#+) ", prose(page), re.MULTILINE)]

    assert shape(english) == shape(french)
    assert fences(english) == fences(french)
    assert sorted(map(tuple, commands(english))) == sorted(map(tuple, commands(french)))
    assert set(ENV.findall(english)) == set(ENV.findall(french))


@pytest.mark.parametrize("page", ["docs/going-live.md", "docs/going-live.fr.md"])
def test_going_live_lists_the_events_that_we_read(page: str) -> None:
    listed, *_ = fences(read(page), "text")
    assert sorted(listed.split()) == sorted(HANDLED_TYPES)


@pytest.mark.parametrize("page", PAGES)
def test_every_obole_command_exists(page: str) -> None:
    for words in commands(read(page)):
        check_command(words)


@pytest.mark.parametrize("page", ["docs/commands.md", "docs/commands.fr.md"])
def test_every_command_is_on_the_page_of_commands(page: str) -> None:
    in_chat = {name for command in (*COMMANDS, *STAFF_COMMANDS) for name in (command.fr, command.en)}
    assert in_chat <= {found.removeprefix("/") for found in ticked(read(page))}
    named = commands(read(page))
    missing = [leaf for leaf in leaves() if not any(tuple(words[: len(leaf)]) == leaf for words in named)]
    assert not missing


@pytest.mark.parametrize("page", PAGES)
def test_every_named_setting_exists(page: str) -> None:
    assert set(ENV.findall(read(page))) <= variables()


def test_env_example_has_every_setting_and_no_other() -> None:
    explained = re.findall(r"^#?([A-Z_]+)=", read(".env.example"), re.MULTILINE)
    assert len(explained) == len(set(explained))
    assert set(explained) == variables()


def test_env_example_shows_the_defaults() -> None:
    for name, field in Settings.model_fields.items():
        shown = re.search(rf"^#OBOLE_{name.upper()}=(.+)$", read(".env.example"), re.MULTILINE)
        if shown:
            assert shown.group(1) == str(field.default)


@pytest.mark.parametrize("page", PAGES)
def test_every_named_chat_command_exists(page: str) -> None:
    known = {name for command in (*COMMANDS, *STAFF_COMMANDS) for name in (command.fr, command.en)} | BOTFATHER
    named = {found[1:] for found in ticked(read(page)) if re.fullmatch(r"/[a-z]+", found)}
    assert named <= known


def looks_like_a_path(token: str) -> bool:
    if not re.fullmatch(r"[\w./*-]+", token) or token.startswith("/") or token in OWN_FILES:
        return False
    return token.endswith(SUFFIXES) or ("/" in token and not token.startswith("http"))


def exists(token: str) -> bool:
    """Return whether a path exists, from the root or as the end of a longer path."""
    path = token.rstrip("/")
    return any(fnmatchcase(known, path) or fnmatchcase(known, f"*/{path}") for known in tree())


@pytest.mark.parametrize("page", PAGES)
def test_every_named_path_exists(page: str) -> None:
    named = [token for token in ticked(read(page)) if looks_like_a_path(token)]
    assert [token for token in named if not exists(token)] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_link_between_pages_has_a_target(page: str) -> None:
    targets = re.findall(r"\]\(([^)]+)\)", prose(read(page)))
    broken = []
    for target in (target for target in targets if not target.startswith("https://")):
        path, _, anchor = target.partition("#")
        file = (ROOT / page).parent / path if path else ROOT / page
        if not file.exists() or (anchor and anchor not in anchors(file.read_text(encoding="utf-8"))):
            broken.append(target)
    assert broken == []


def anchors(page: str) -> set[str]:
    """Return the anchors of a page's headings, as GitHub generates them."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def test_architecture_map_shows_existing_files() -> None:
    """Check the tree of ARCHITECTURE.md: packages at the margin, their parts below."""
    (drawn,) = re.findall(r"```text\n(.*?)```", read("ARCHITECTURE.md"), re.DOTALL)
    drawn_packages: set[str] = set()
    for line in drawn.splitlines():
        package = re.match(r"(\w+)/ ", line)
        if package:
            drawn_packages.add(current := package.group(1))
            continue
        names = line.strip().split("   ")[0].split("  ")[0].split(", ")
        assert [n for n in names if not any(fnmatchcase(p, f"{current}/{n.rstrip('/')}") for p in tree())] == []
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert drawn_packages == packages


def test_every_package_of_bot_is_on_the_architecture_map() -> None:
    (drawn,) = re.findall(r"```text\n(.*?)```", read("ARCHITECTURE.md"), re.DOTALL)
    parts = {p.name for p in (ROOT / "bot").iterdir() if p.is_dir() and (p / "__init__.py").exists()}
    assert [name for name in parts if f"  {name}/" not in drawn] == []


@pytest.mark.parametrize("page", FRENCH)
def test_french_pages_follow_quebec_typography(page: str) -> None:
    text = re.sub(r"`[^`]*`|\]\([^)]*\)", "`", prose(read(page)))
    text = re.sub(r"^\|[-|]+\|$", "", text, flags=re.MULTILINE)  # the line below a table's head
    assert re.findall(r".{0,20}(?:[ \w»`*)]:(?!//)| [;!?]|[^\u00a0]»|«[^\u00a0]|\d [$%]).{0,10}", text) == []
    assert "'" not in text


def test_version_is_in_the_changelog() -> None:
    version = tomllib.loads(read("pyproject.toml"))["project"]["version"]
    assert f"## [{version}]" in read("CHANGELOG.md")


@pytest.mark.parametrize("page", ENGINEERS)
def test_engineers_pages_name_no_missing_module(page: str) -> None:
    named = re.findall(r"`(?:python -m )((?:bot|tests|payments|content)[\w.]*)", read(page))
    assert [
        name for name in named if not exists(name.replace(".", "/")) and not exists(f"{name.replace('.', '/')}.py")
    ] == []


# Buttons that the pages tell people to tap, by their keys in content/locales.
BUTTONS = {
    "README": ("error-button", "demo-later", "demo-days"),
    "docs/guide": ("cover-button", "nudge-not-now", "nudge-stop", "staff-edit-publish", "staff-payments-pause"),
    "docs/going-live": (
        *("staff-home-team", "staff-team-invite", "staff-home-places", "staff-place-inbox"),
        *("staff-edit-new", "staff-edit-publish", "staff-campaign-places"),
    ),
    "docs/measuring": ("staff-nudges-more", "staff-nudges-report"),
    "docs/permissions": ("staff-home-team", "staff-team-invite", "staff-team-paper"),
}


@pytest.mark.parametrize("page", BUTTONS)
@pytest.mark.parametrize(("locale", "suffix"), [("en", ".md"), ("fr", ".fr.md")])
def test_buttons_are_named_by_their_labels(page: str, locale: Locale, suffix: str) -> None:
    text = " ".join(read(page + suffix).replace("'", "’").split())
    labels = [" ".join(Catalog.load().text(locale, key).split()) for key in BUTTONS[page]]
    assert [label for label in labels if f"*{label}*" not in text] == []


# Readers took these for a foreign language; they have plain words beside them.
STUMBLES = re.compile(
    r"\b(?:somebody|anybody|whoever|by itself|by themselves|of theirs|stands?)\b|\bwho \w+ may\b", re.I
)


@pytest.mark.parametrize("page", PAGES)
def test_pages_avoid_confusing_phrases(page: str) -> None:
    text = re.sub(r"\*[^*]+\*", "", prose(read(page)))  # buttons are named as they read
    assert STUMBLES.findall(text) == []
