"""The terminal: what it does, and how it refuses. Against Stripe's stand-in, in processes of its own."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from bot.sandbox.stripe import StripeSandbox
from content.campaign import dump_toml, load_toml

ROOT = Path(__file__).parents[1]
CAMPAIGN = ROOT / "content" / "campaigns" / "dehors.toml"


@pytest.fixture
async def stripe() -> AsyncIterator[StripeSandbox]:
    async with StripeSandbox(clock=lambda: datetime.now(UTC)) as ready:
        yield ready


async def obole(folder: Path, stripe: StripeSandbox, *words: str, **settings: str) -> tuple[int, str]:
    """Exit status, and what was printed on both channels."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("OBOLE_") and k not in ("DATABASE_URL", "PORT")}
    env |= {
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "300",  # a long path is not broken in two
        "OBOLE_STRIPE_API_KEY": "sk_test_cli",
        "OBOLE_STRIPE_API_URL": stripe.url,
        "OBOLE_SECRET_KEY": "cli" * 12,
        "OBOLE_DATABASE_URL": f"sqlite:///{folder / 'obole.sqlite3'}",
        **settings,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words, env=env, cwd=folder,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


async def test_a_campaign_is_opened_shown_and_closed(tmp_path: Path, stripe: StripeSandbox) -> None:
    status, said = await obole(tmp_path, stripe, "campaign", "import", str(CAMPAIGN))
    assert (status, "dehors is open" in said) == (0, True), said
    status, said = await obole(tmp_path, stripe, "stats", "--json")
    figures = json.loads(said)
    assert (status, figures["campaigns"]["dehors"]["state"]) == (0, "open")
    assert figures["lateral"]["joined"] == 0
    status, said = await obole(tmp_path, stripe, "stats", "--campaign", "dehors", "--since", "2026-11-01")
    assert (status, "lateral reach" in said) == (0, True), said
    status, said = await obole(tmp_path, stripe, "export", "referrals", "who.csv")
    assert (status, (tmp_path / "who.csv").read_text(encoding="utf-8-sig").split(",")[0]) == (0, "supporter"), said
    status, said = await obole(tmp_path, stripe, "export", "referrals", "--semicolons")
    assert (status, said.removeprefix("\ufeff").split(";")[0]) == (0, "supporter"), said
    assert (await obole(tmp_path, stripe, "stats", "--since", "0001-01-01", "--until", "9999-12-31"))[0] == 0
    status, said = await obole(tmp_path, stripe, "campaign", "export", "dehors")
    assert (status, load_toml(said)) == (0, load_toml(CAMPAIGN.read_text(encoding="utf-8"))), said
    assert (await obole(tmp_path, stripe, "campaign", "pause", "dehors"))[0] == 0
    status, said = await obole(tmp_path, stripe, "campaign", "close", "dehors")
    assert status == 0, said
    _, said = await obole(tmp_path, stripe, "stats", "--json")
    assert json.loads(said)["campaigns"]["dehors"]["state"] == "closed"
    status, said = await obole(tmp_path, stripe, "ledger", "verify", "--json")
    assert (status, json.loads(said)["problems"]) == (0, [])


async def test_what_is_wrong_is_said_in_one_line_and_by_the_exit_status(tmp_path: Path, stripe: StripeSandbox) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text('slug = "x"')
    authored = load_toml(CAMPAIGN.read_text(encoding="utf-8"))
    pictured = tmp_path / "pictured.toml"
    pictured.write_text(dump_toml(authored.model_copy(update={"picture": "huge.png"})), encoding="utf-8")
    Image.new("1", (4032, 3025)).save(tmp_path / "huge.png")
    for words, settings, meaning in (
        (("campaign", "import", str(broken)), {}, "broken.toml"),
        (("campaign", "import", str(pictured)), {}, "too many pixels"),
        (("campaign", "close", "nowhere"), {}, "no campaign"),
        (("stats", "--campaign", "nowhere"), {}, "no campaign"),
        (("stats", "--since", "2026-11-02", "--until", "2026-11-01"), {}, "before"),
        (("export", "referrals", str(tmp_path / "nowhere" / "who.csv")), {}, "cannot be written"),
        (("run",), {}, "OBOLE_TELEGRAM_TOKEN"),
        (("stats",), {"OBOLE_SECRET_KEY": "short"}, "OBOLE_SECRET_KEY"),
    ):
        status, said = await obole(tmp_path, stripe, *words, **settings)
        assert status in (1, 2), said
        assert meaning in said
        assert "Traceback" not in said


async def test_the_team_from_the_terminal(tmp_path: Path, stripe: StripeSandbox) -> None:
    status, said = await obole(tmp_path, stripe, "staff", "code", "--role", "editor")
    assert status == 0 and len(said.split()[0]) == 19, said
    status, said = await obole(tmp_path, stripe, "staff", "list", "--json")
    assert (status, json.loads(said)) == (0, {"staff": [], "discord_roles": []})
    assert (await obole(tmp_path, stripe, "staff", "remove", "7"))[0] == 1
    status, said = await obole(tmp_path, stripe, "audit", "--json", "--limit", "5")
    (act,) = json.loads(said)
    assert (status, act["actor"], act["action"], act["details"]) == (0, "terminal", "staff.invited", {"role": "editor"})
    assert (await obole(tmp_path, stripe, "audit", "--action", "broadcast"))[0] == 0


async def test_broadcasts_are_listed_and_an_unknown_one_is_named(tmp_path: Path, stripe: StripeSandbox) -> None:
    status, said = await obole(tmp_path, stripe, "broadcast", "list", "--json")
    assert (status, json.loads(said)) == (0, [])
    for act in ("show", "pause", "resume", "stop"):
        status, said = await obole(tmp_path, stripe, "broadcast", act, "12")
        assert (status, "no broadcast has the id 12" in said) == (1, True), said
