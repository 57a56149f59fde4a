"""The terminal commands and their errors, against the fake Stripe, in separate processes."""

import json
import os
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from bot.sandbox.stripe import StripeSandbox
from bot.store.copies import copies_of
from bot.store.file_lock import serve_alone
from content.campaign import dump_toml, load_toml
from content.catalog import Catalog
from tests.commands import command
from tests.databases import migrated_file

ROOT = Path(__file__).parents[1]
CAMPAIGN = ROOT / "content" / "campaigns" / "dehors.toml"


@pytest.fixture
async def stripe() -> AsyncIterator[StripeSandbox]:
    async with StripeSandbox(clock=lambda: datetime.now(UTC)) as ready:
        yield ready


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    """A folder with a database as created by `obole migrate` or `obole run`."""
    await migrated_file(tmp_path / "obole.sqlite3")
    return tmp_path


async def obole(folder: Path, stripe: StripeSandbox, *words: str, **settings: str) -> tuple[int, str]:
    """Run `obole`. Return its exit status, and what it printed to stdout and stderr."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("OBOLE_") and k not in ("DATABASE_URL", "PORT")}
    env |= {
        "PYTHONPATH": str(ROOT),
        "OBOLE_STRIPE_API_KEY": "sk_test_cli",
        "OBOLE_STRIPE_API_URL": stripe.url,
        "OBOLE_SECRET_KEY": "cli" * 12,
        "OBOLE_DATABASE_URL": f"sqlite:///{folder / 'obole.sqlite3'}",
        **settings,
    }
    return await command(folder, words, env)


async def test_only_migrate_command_migrates(tmp_path: Path, stripe: StripeSandbox) -> None:
    file = tmp_path / "obole.sqlite3"
    for words in (("stats",), ("check",), ("staff", "list"), ("campaign", "import", str(CAMPAIGN))):
        status, said = await obole(tmp_path, stripe, *words, OBOLE_TELEGRAM_TOKEN="1:x")
        assert (status, "obole migrate" in said, file.exists()) == (1, True, False), said
    status, said = await obole(tmp_path, stripe, "migrate")
    assert (status, "before: empty" in said) == (0, True), said
    assert (await obole(tmp_path, stripe, "stats"))[0] == 0
    status, said = await obole(tmp_path, stripe, "migrate")
    assert (status, "already" in said) == (0, True), said


async def test_only_migrate_migrates_older_database_after_copy(tmp_path: Path, stripe: StripeSandbox) -> None:
    file = tmp_path / "obole.sqlite3"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript((ROOT / "tests" / "migrations" / "sqlite_0001.sql").read_text())
    status, said = await obole(tmp_path, stripe, "stats")
    assert (status, "revision 0001" in said, copies_of(file)) == (1, True, []), said
    status, said = await obole(tmp_path, stripe, "migrate")
    assert (status, [str(copy) in said for copy in copies_of(file)]) == (0, [True]), said


async def test_backup_is_restored_and_everything_automatic_frozen(folder: Path, stripe: StripeSandbox) -> None:
    status, said = await obole(folder, stripe, "backup", "copies", "--daily", "2")
    (copy,) = (folder / "copies").iterdir()
    assert (status, f"copies/{copy.name}: 0 gifts" in said) == (0, True), said
    status, said = await obole(folder, stripe, "restore", str(copy))
    assert (status, "replaced-" in said, "frozen until an owner lifts it" in said) == (0, True, True), said
    status, said = await obole(folder, stripe, "restore", str(CAMPAIGN))
    assert (status, "cannot be restored" in said, "Traceback" in said) == (1, True, False), said
    status, said = await obole(folder, stripe, "backup", str(CAMPAIGN))
    assert (status, "exists already" in said) == (1, True), said


async def test_second_server_on_sqlite_file_is_refused_but_commands_are_not(
    folder: Path, stripe: StripeSandbox
) -> None:
    with serve_alone(folder / "obole.sqlite3"):
        for command in ("run", "migrate"):
            status, said = await obole(folder, stripe, command, OBOLE_TELEGRAM_TOKEN="1:x")
            assert (status > 0, "stop it first" in said, "Traceback" in said) == (True, True, False), said
        assert (await obole(folder, stripe, "stats"))[0] == 0


@pytest.mark.parametrize("command", ["run", "stats", "migrate"])
async def test_newer_database_is_refused_in_one_line(folder: Path, stripe: StripeSandbox, command: str) -> None:
    with closing(sqlite3.connect(folder / "obole.sqlite3")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    status, said = await obole(folder, stripe, command, OBOLE_TELEGRAM_TOKEN="1:x")
    assert (status > 0, "a newer Obole has used it" in said, "Traceback" in said) == (True, True, False), said


async def test_campaign_is_imported_shown_and_closed(folder: Path, stripe: StripeSandbox) -> None:
    status, said = await obole(folder, stripe, "campaign", "import", str(CAMPAIGN))
    assert (status, "dehors is open" in said) == (0, True), said
    status, said = await obole(folder, stripe, "stats", "--json")
    figures = json.loads(said)
    assert (status, figures["campaigns"]["dehors"]["state"]) == (0, "open")
    assert figures["lateral"]["joined"] == 0
    status, said = await obole(folder, stripe, "stats", "--campaign", "dehors", "--since", "2026-11-01")
    assert (status, "Lateral reach" in said) == (0, True), said
    status, said = await obole(folder, stripe, "export", "referrals", "who.csv")
    assert (status, (folder / "who.csv").read_text(encoding="utf-8-sig").split(",")[0]) == (0, "supporter"), said
    status, said = await obole(folder, stripe, "export", "referrals", "--semicolons")
    assert (status, said.removeprefix("\ufeff").split(";")[0]) == (0, "supporter"), said
    status, said = await obole(folder, stripe, "export", "gifts", "--format", "json", "--since", "2026-11-01")
    assert (status, json.loads(said)) == (0, []), said
    assert (await obole(folder, stripe, "stats", "--since", "0001-01-01", "--until", "9999-12-31"))[0] == 0
    (folder / "bank.csv").write_text(
        "Date,Description,Amount\n2026-11-03,[red]Ana\x1b[31m,20.00\n2026-11-04,Stripe,5\n"
    )
    status, said = await obole(folder, stripe, "import", "bank.csv", "--campaign", "dehors", "--yes")
    assert (status, "1 gifts were added" in said, "not a gift" in said, "\x1b[31m" in said) == (0, True, True, False), (
        said
    )
    status, said = await obole(folder, stripe, "campaign", "export", "dehors")
    authored = load_toml(CAMPAIGN.read_text(encoding="utf-8"))
    assert (status, load_toml(said)) == (0, authored.model_copy(update={"minimum_minor": 200})), said
    assert (await obole(folder, stripe, "campaign", "pause", "dehors"))[0] == 0
    status, said = await obole(folder, stripe, "campaign", "close", "dehors")
    assert status == 0, said
    _, said = await obole(folder, stripe, "stats", "--json")
    assert json.loads(said)["campaigns"]["dehors"]["state"] == "closed"
    status, said = await obole(folder, stripe, "ledger", "verify", "--json")
    assert (status, json.loads(said)["problems"]) == (0, [])


@pytest.mark.parametrize(
    ("words", "plain"),
    [
        (("stats",), ["overview-todo-none", "staff-lateral-r90-young", "staff-lateral-prompt-none"]),
        (("nudge", "report"), ["staff-nudges-report", "staff-nudges-nothing-yet"]),
    ],
)
async def test_reports_say_what_staff_read_in_chat(
    folder: Path, stripe: StripeSandbox, words: tuple[str, ...], plain: list[str]
) -> None:
    """Without gifts there is nothing to measure, and no statistics are printed unless asked for."""
    status, said = await obole(folder, stripe, *words)
    assert status == 0, said
    for key in plain:
        assert Catalog.load().text("en", key) in " ".join(said.split()), key
    assert not re.search(r"95|intention to treat|assigned|definition", said), said
    status, said = await obole(folder, stripe, *words, "--details")
    assert (status, "assigned" in said or "donors: supporters with" in said) == (0, True), said


async def test_error_is_one_line_and_exit_status(folder: Path, stripe: StripeSandbox) -> None:
    broken = folder / "broken.toml"
    broken.write_text('slug = "x"')
    authored = load_toml(CAMPAIGN.read_text(encoding="utf-8"))
    pictured = folder / "pictured.toml"
    pictured.write_text(dump_toml(authored.model_copy(update={"picture": "huge.png"})), encoding="utf-8")
    Image.new("1", (4032, 3025)).save(folder / "huge.png")
    gifts = folder / "gifts.csv"
    gifts.write_text("date,amount\n")
    for words, settings, meaning in (
        (("campaign", "import", str(broken)), {}, "broken.toml"),
        (("campaign", "import", str(pictured)), {}, "too many pixels"),
        (("campaign", "close", "nowhere"), {}, "no campaign"),
        (("stats", "--campaign", "nowhere"), {}, "no campaign"),
        (("stats", "--since", "2026-11-02", "--until", "2026-11-01"), {}, "before"),
        (("export", "gifts", "--campaign", "nowhere"), {}, "no campaign"),
        (("export", "referrals", str(folder / "nowhere" / "who.csv")), {}, "cannot be written"),
        (("import", str(CAMPAIGN)), {}, "headings of a day and an amount"),
        (("import", str(gifts), "--campaign", "nowhere"), {}, "no campaign"),
        (("import", str(gifts), "--column", "x=y"), {}, "--column takes one of"),
        (("imports", "undo", "7"), {}, "no import"),
        (("journal", "write", "2026-11", "--for", "quickbooks"), {}, "nothing was booked"),
        (("journal", "account", "stripe", "--name", "=1+1"), {}, "like a formula"),
        (("report", "board", "--period", "lately"), {}, "no period is called lately"),
        (("report", "statement", "2026-10"), {}, "nothing was booked"),
        (("report", "statement", "2999-01"), {}, "not over"),
        (("run",), {}, "OBOLE_TELEGRAM_TOKEN"),
        (("stats",), {"OBOLE_SECRET_KEY": "short"}, "OBOLE_SECRET_KEY"),
    ):
        status, said = await obole(folder, stripe, *words, **settings)
        assert status in (1, 2), said
        assert meaning in said
        assert "Traceback" not in said


async def test_board_page_is_written_again_as_it_was(folder: Path, stripe: StripeSandbox) -> None:
    status, said = await obole(folder, stripe, "report", "board", "--period", "2026", "--out", str(folder / "a.pdf"))
    assert (status, "page 1" in said) == (0, True), said
    status, said = await obole(folder, stripe, "report", "board", "--page", "1", "--out", str(folder / "b.pdf"))
    assert status == 0, said
    assert (folder / "a.pdf").read_bytes() == (folder / "b.pdf").read_bytes()
    status, said = await obole(folder, stripe, "report", "board", "--page", "2")
    assert (status, "no page has the number 2" in said) == (1, True), said


async def test_team_is_managed_from_terminal(folder: Path, stripe: StripeSandbox) -> None:
    status, said = await obole(folder, stripe, "staff", "code", "--role", "editor")
    assert status == 0 and len(said.split()[0]) == 19, said
    status, said = await obole(folder, stripe, "staff", "list", "--json")
    assert (status, json.loads(said)) == (0, {"staff": [], "discord_roles": []})
    assert (await obole(folder, stripe, "staff", "remove", "7"))[0] == 1
    status, said = await obole(folder, stripe, "audit", "--json", "--limit", "5")
    (act,) = json.loads(said)
    assert (status, act["actor"], act["action"], act["details"]) == (0, "terminal", "staff.invited", {"role": "editor"})
    assert (await obole(folder, stripe, "audit", "--action", "broadcast"))[0] == 0


async def test_broadcasts_are_listed_and_unknown_id_is_reported(folder: Path, stripe: StripeSandbox) -> None:
    status, said = await obole(folder, stripe, "broadcast", "list", "--json")
    assert (status, json.loads(said)) == (0, [])
    for act in ("show", "pause", "resume", "stop"):
        status, said = await obole(folder, stripe, "broadcast", act, "12")
        assert (status, "no broadcast has the id 12" in said) == (1, True), said
