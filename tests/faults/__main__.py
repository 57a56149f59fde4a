"""`python -m tests.faults [payments|broadcast]`: what holds when the process is killed at random. broadcast.py for
broadcasts; here payments: kill `obole run` at random under load; nothing acknowledged is lost, nothing counted twice.

The sandbox runs in a process of its own and goes on paying while Obole is down. After every kill the database is
opened and each event that Obole had answered 200 to must be in it. At the end, when all webhooks have come through,
the gifts must be exactly the payments and the ledger must verify.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from bot.demo.stage import free_port
from tests.faults import broadcast
from tests.faults.relay import Relay

ROUNDS, FULL_ROUNDS = 10, 100
SECRET = "whsec_faults"
SUPPORTERS = 40  # enough that one message a second in each chat does not hold the thanks up
PAYERS = 2  # payments under way at once


@dataclass
class Stage:
    """Addresses of what runs, and the environment that Obole runs in."""

    telegram: str
    stripe: str
    port: int
    folder: Path
    env: dict[str, str]
    sandbox: "subprocess.Popen[bytes]"

    @property
    def database(self) -> Path:
        return self.folder / "obole.sqlite3"


def obole(*words: str, env: dict[str, str]) -> "subprocess.Popen[bytes]":
    log = Path(env["OBOLE_LOG"]).open("ab")
    return subprocess.Popen([sys.executable, "-m", "bot", *words], env=env, stdout=log, stderr=log, cwd=env["HOME"])


async def verb(session: aiohttp.ClientSession, base: str, name: str, **given: Any) -> Any:
    async with session.post(f"{base}/_sandbox/{name}", json=given) as answer:
        if answer.status != 200:
            raise RuntimeError(f"{name}: {await answer.text()}")
        return await answer.json()


async def until_answers(session: aiohttp.ClientSession, url: str, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            async with session.get(url) as answer:
                if answer.status < 500:
                    return
        except aiohttp.ClientError:
            pass
        await asyncio.sleep(0.05)
    raise TimeoutError(url)


def make_stage(folder: Path) -> Stage:
    telegram, discord, stripe, port = (free_port() for _ in range(4))
    env = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("OBOLE_", "DATABASE_URL"))},
        "HOME": str(folder),
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "OBOLE_LOG": str(folder / "log.txt"),
        "OBOLE_TELEGRAM_TOKEN": "123456:sandbox-token",
        "OBOLE_TELEGRAM_API_URL": f"http://127.0.0.1:{telegram}",
        "OBOLE_STRIPE_API_KEY": "sk_test_faults",
        "OBOLE_STRIPE_API_URL": f"http://127.0.0.1:{stripe}",
        "OBOLE_STRIPE_WEBHOOK_SECRET": SECRET,
        "OBOLE_DATABASE_URL": f"sqlite:///{folder / 'obole.sqlite3'}",
        "OBOLE_SECRET_KEY": "faults" * 8,
        "PORT": str(port),
    }
    ports = ["--telegram-port", str(telegram), "--discord-port", str(discord), "--stripe-port", str(stripe)]
    sandbox = obole("sandbox", *ports, env=env)
    return Stage(f"http://127.0.0.1:{telegram}", f"http://127.0.0.1:{stripe}", port, folder, env, sandbox)


async def publish(stage: Stage) -> None:
    campaign = next((Path(__file__).parents[2] / "content" / "campaigns").glob("*.toml"))
    for words in (("migrate",), ("campaign", "import", str(campaign))):
        done = obole(*words, env=stage.env)
        if await asyncio.to_thread(done.wait, 60) != 0:
            raise RuntimeError((stage.folder / "log.txt").read_text()[-2000:])


async def personal_links(session: aiohttp.ClientSession, stage: Stage) -> list[str]:
    """What supporters see after /donner: their own links."""
    links = []
    for number in range(SUPPORTERS):
        user = await verb(session, stage.telegram, "add_user", first_name=f"Donor {number}")
        await verb(session, stage.telegram, "say", user=user["id"], text="/donner")
        message = await verb(session, stage.telegram, "wait_message", chat=user["id"], timeout=20)
        links += [b["value"] for row in message["buttons"] for b in row if "/pay/" in str(b["value"])][:3]
    return links


class Load:
    """Pays all the time, and has every tenth webhook delivered again."""

    def __init__(self, session: aiohttp.ClientSession, stage: Stage, links: list[str], rng: random.Random) -> None:
        self._session, self._stage, self._links, self._rng = session, stage, links, rng
        self.paid = 0
        self.minor = 0
        self.over = False

    async def run(self) -> None:
        """Until `over`: a payment under way is always finished, so that none goes uncounted."""
        while not self.over:
            link = self._rng.choice(self._links)
            done = await verb(self._session, self._stage.stripe, "pay", url=link)
            self.paid += 1
            self.minor += done["amount_total"]
            if self._rng.random() < 0.1:
                await self._again()
            await asyncio.sleep(self._rng.uniform(0, 0.3))

    async def _again(self) -> None:
        async with self._session.get(f"{self._stage.stripe}/v1/events?limit=5", headers=_AUTH) as answer:
            events = (await answer.json())["data"]
        await verb(self._session, self._stage.stripe, "deliver_again", event_id=self._rng.choice(events)["id"])


_AUTH = {"Authorization": "Bearer sk_test_faults"}


def lost(stage: Stage, acknowledged: set[str]) -> set[str]:
    """Acknowledged events that the database does not have."""
    with sqlite3.connect(f"file:{stage.database}?mode=ro", uri=True) as conn:
        return acknowledged - {row[0] for row in conn.execute("SELECT id FROM stripe_event")}


async def settled(stage: Stage, load: Load, seconds: float = 60) -> tuple[int, int, int]:
    """(gifts, their sum, thank-yous sent) once no payment is missing, or when time is up."""
    end, found = time.monotonic() + seconds, (0, 0, 0)
    while time.monotonic() < end:
        with sqlite3.connect(f"file:{stage.database}?mode=ro", uri=True) as conn:
            gifts, minor = conn.execute("SELECT count(*), coalesce(sum(counted), 0) FROM gift").fetchone()
            thanks = "SELECT count(*) FROM delivery WHERE state = 'sent' AND message = 'thanks'"
            (thanked,) = conn.execute(thanks).fetchone()  # whatever else may leave meanwhile
        found = (gifts, minor, thanked)
        if gifts >= load.paid and thanked >= load.paid:
            break
        await asyncio.sleep(0.5)
    return found


async def kill_and_look(
    session: aiohttp.ClientSession, stage: Stage, relay: Relay, rounds: int, rng: random.Random
) -> int:
    """Kill and restart so many times; how many acknowledged events were lost."""
    missing = 0
    for number in range(rounds):
        running = obole("run", env=stage.env)
        await until_answers(session, f"http://127.0.0.1:{stage.port}/healthz")
        await asyncio.sleep(rng.uniform(0.2, 2.0))
        running.send_signal(signal.SIGKILL)
        await asyncio.to_thread(running.wait)
        gone = lost(stage, set(relay.acknowledged))
        missing += len(gone)
        print(f"kill {number + 1}: {len(relay.acknowledged)} acknowledged, {len(gone)} lost")
    return missing


async def main(rounds: int, seed: int) -> bool:
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="obole-faults-") as name, ExitStack() as at_the_end:
        stage = make_stage(Path(name))
        at_the_end.callback(stage.sandbox.kill)
        relay = Relay()
        async with aiohttp.ClientSession() as session:
            await until_answers(session, f"{stage.stripe}/_sandbox/state")
            await until_answers(session, f"{stage.telegram}/_sandbox/state")
            relay.target = f"http://127.0.0.1:{stage.port}/webhooks/stripe"
            await verb(session, stage.stripe, "add_webhook", url=await relay.start(), secret=SECRET)
            await publish(stage)
            first = obole("run", env=stage.env)
            links = await personal_links(session, stage)
            load = Load(session, stage, links, rng)
            payers = [asyncio.create_task(load.run()) for _ in range(PAYERS)]
            await asyncio.sleep(1)
            first.kill()
            missing = await kill_and_look(session, stage, relay, rounds, rng)
            load.over = True
            await asyncio.gather(*payers)
            last = obole("run", env=stage.env)
            gifts, minor, thanked = await settled(stage, load, seconds=60 + load.paid / 20)  # thanks go at 30 a second
            started = time.monotonic()
            last.terminate()
            status = await asyncio.to_thread(last.wait, 10)
            stopped = time.monotonic() - started
            await relay.stop()
        verified = await asyncio.to_thread(obole("ledger", "verify", env=stage.env).wait, 60)
    facts = {
        "kills": rounds,
        "seed": seed,
        "payments": load.paid,
        "acknowledged": len(relay.acknowledged),
        "acknowledged_and_lost": missing,
        "gifts": gifts,
        "minor_paid": load.minor,
        "minor_counted": minor,
        "thanked": thanked,
        "ledger_verifies": verified == 0,
        "clean_stop_seconds": round(stopped, 2),
    }
    good = missing == 0 and (gifts, minor) == (load.paid, load.minor) and thanked == gifts
    good = good and verified == 0 and status == 0 and stopped <= 5
    print(json.dumps(facts | {"ok": good}, indent=1))
    return good


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", choices=("payments", "broadcast"), default="payments")
    parser.add_argument(
        "--full", action="store_true", help=f"{FULL_ROUNDS} kills instead of {ROUNDS} (broadcast: 50 instead of 5)"
    )
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if given.what == "broadcast":
        sys.exit(0 if broadcast.run(full=given.full, seed=given.seed) else 1)
    sys.exit(0 if asyncio.run(main(FULL_ROUNDS if given.full else ROUNDS, given.seed)) else 1)
