"""`python -m tests.faults [payments|broadcast]`: what holds when the process is killed at random. broadcast.py for
broadcasts; here payments: kill `obole run` at random under load; nothing acknowledged is lost, nothing counted twice.

The sandbox runs in a process of its own and goes on paying while Obole is down. After every kill the database is
opened and each event that Obole had answered 200 to must be in it. At the end, when all webhooks have come through,
the gifts must be exactly the payments and the ledger must verify.

How many payments there are goes by the rounds, so a slow machine takes longer and has no more to do. A verdict is
printed in any case.
"""

import argparse
import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.demo.launch import free_port
from tests.faults import broadcast
from tests.faults.relay import Relay
from tests.faults.verdict import ENGINES, asked, stages, verdict

ROUNDS, FULL_ROUNDS = 10, 100
SECRET = "whsec_faults"
SUPPORTERS = 40  # enough that one message a second in each chat does not hold the thanks up
PAYERS = 2  # payments under way at once
PAYMENTS_A_ROUND = 8
STANDSTILL = 180.0  # seconds without anything new, after which what is missing will not come


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
    def database(self) -> str:
        return self.env["OBOLE_DATABASE_URL"]


def obole(*words: str, env: dict[str, str]) -> "subprocess.Popen[bytes]":
    log = Path(env["OBOLE_LOG"]).open("ab")
    return subprocess.Popen([sys.executable, "-m", "bot", *words], env=env, stdout=log, stderr=log, cwd=env["HOME"])


async def verb(session: aiohttp.ClientSession, base: str, name: str, **given: Any) -> Any:
    async with session.post(f"{base}/_sandbox/{name}", json=given) as answer:
        if answer.status != 200:
            raise RuntimeError(f"{name}: {await answer.text()}")
        return await answer.json()


async def until_answers(session: aiohttp.ClientSession, url: str, seconds: float = 120) -> None:
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


def make_stage(folder: Path, database: str) -> Stage:
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
        "OBOLE_DATABASE_URL": database,
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
        if await asyncio.to_thread(done.wait, 300) != 0:
            raise RuntimeError((stage.folder / "log.txt").read_text()[-2000:])


async def personal_links(session: aiohttp.ClientSession, stage: Stage) -> list[str]:
    """Return what supporters would pay: the links that all share, with the reference of what they see after /donner.

    Their own links take one payment only, and none can be made while Obole is down.
    """
    shared = [row[0] for row in asked(stage.database, "SELECT url FROM payment_link WHERE minor > 0 AND NOT monthly")]
    links = []
    for number in range(SUPPORTERS):
        user = await verb(session, stage.telegram, "add_user", first_name=f"Donor {number}")
        await verb(session, stage.telegram, "say", user=user["id"], text="/donner")
        message = await verb(session, stage.telegram, "wait_message", chat=user["id"], timeout=240)
        seen = [b["value"] for row in message["buttons"] for b in row if "/pay/" in str(b["value"])]
        links += [f"{url}?{urlsplit(seen[0]).query}" for url in shared]
    return links


class Load:
    """Pays as often as each round grants, and has every tenth webhook delivered again."""

    def __init__(self, session: aiohttp.ClientSession, stage: Stage, links: list[str], rng: random.Random) -> None:
        self._session, self._stage, self._links, self._rng = session, stage, links, rng
        self._granted = asyncio.Semaphore(0)
        self._is_over = False
        self.paid = 0
        self.minor = 0

    def grant(self, payments: int) -> None:
        """Have so many more made."""
        for _ in range(payments):
            self._granted.release()

    def end(self) -> None:
        """Make no more. One that is under way is finished, so that none goes uncounted."""
        self._is_over = True
        self.grant(PAYERS)

    async def run(self) -> None:
        """Pay until the end is asked for."""
        while True:
            await self._granted.acquire()
            if self._is_over:
                return
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
    return acknowledged - {row[0] for row in asked(stage.database, "SELECT id FROM stripe_event")}


async def settled(stage: Stage, load: Load) -> tuple[int, int, int, int]:
    """(gifts, their sum, thank-yous sent, and in doubt) once no payment is missing, or nothing has come for long.

    In doubt for good is a thank-you that was on its way at two kills: it is not sent a third time, and staff see it.
    """
    found, changed = (0, 0, 0, 0), time.monotonic()
    while time.monotonic() < changed + STANDSTILL:
        (gifts,) = await asyncio.to_thread(asked, stage.database, "SELECT count(*), sum(counted) FROM gift")
        thanks = "SELECT state, count(*) FROM delivery WHERE message = 'thanks' GROUP BY state"
        states = dict(tuple(row) for row in await asyncio.to_thread(asked, stage.database, thanks))
        now = (int(gifts[0]), int(gifts[1] or 0), int(states.get("sent", 0)), int(states.get("in_doubt", 0)))
        if now[0] >= load.paid and now[2] + now[3] >= load.paid:
            return now
        if now != found:
            found, changed = now, time.monotonic()
        await asyncio.sleep(0.5)
    return found


async def kill_and_look(
    session: aiohttp.ClientSession, stage: Stage, relay: Relay, load: Load, rounds: int, rng: random.Random
) -> int:
    """Kill and restart so many times; how many acknowledged events were lost."""
    missing = 0
    for number in range(rounds):
        load.grant(PAYMENTS_A_ROUND)
        running = obole("run", env=stage.env)
        await until_answers(session, f"http://127.0.0.1:{stage.port}/healthz")
        await asyncio.sleep(rng.uniform(0.2, 2.0))
        running.send_signal(signal.SIGKILL)
        await asyncio.to_thread(running.wait)
        gone = await asyncio.to_thread(lost, stage, set(relay.acknowledged))
        missing += len(gone)
        print(f"kill {number + 1}: {len(relay.acknowledged)} acknowledged, {len(gone)} lost", flush=True)
    return missing


async def ends(process: "subprocess.Popen[bytes]", seconds: float) -> int | None:
    """The process's status; None where it does not end, and is killed."""
    try:
        return await asyncio.to_thread(process.wait, seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        return None


async def main(stage: Stage, facts: dict[str, Any], rounds: int, rng: random.Random) -> None:
    relay = Relay()
    async with aiohttp.ClientSession() as session:
        await until_answers(session, f"{stage.stripe}/_sandbox/state")
        await until_answers(session, f"{stage.telegram}/_sandbox/state")
        relay.target = f"http://127.0.0.1:{stage.port}/webhooks/stripe"
        await verb(session, stage.stripe, "add_webhook", url=await relay.start(), secret=SECRET)
        await publish(stage)
        first = obole("run", env=stage.env)
        load = Load(session, stage, await personal_links(session, stage), rng)
        payers = [asyncio.create_task(load.run()) for _ in range(PAYERS)]
        load.grant(PAYMENTS_A_ROUND)
        await asyncio.sleep(1)
        first.kill()
        facts["acknowledged_and_lost"] = missing = await kill_and_look(session, stage, relay, load, rounds, rng)
        load.end()
        await asyncio.gather(*payers)
        facts |= {"payments": load.paid, "minor_paid": load.minor}
        last = obole("run", env=stage.env)
        gifts, minor, thanked, doubtful = await settled(stage, load)
        facts |= {"gifts": gifts, "minor_counted": minor, "thanked": thanked, "thanks_in_doubt": doubtful}
        facts["acknowledged"] = len(relay.acknowledged)
        started = time.monotonic()
        last.terminate()
        status = await ends(last, 30)
        stopped = time.monotonic() - started
        await relay.stop()
    verified = await ends(obole("ledger", "verify", env=stage.env), 600)
    facts |= {"ledger_verifies": verified == 0, "clean_stop_seconds": round(stopped, 2), "exit_status": status}
    good = missing == 0 and (gifts, minor) == (load.paid, load.minor) and thanked + doubtful == gifts
    facts["ok"] = good and verified == 0 and status == 0 and stopped <= 5


def payments(*, rounds: int, seed: int, engine: str) -> bool:
    """Kill `obole run` at random under load; whether all held."""
    with verdict(kills=rounds, seed=seed, engine=engine) as facts, stages(engine) as (folder, new):
        stage = make_stage(folder, new())
        try:
            asyncio.run(main(stage, facts, rounds, random.Random(seed)))
        except BaseException:
            print((folder / "log.txt").read_text(errors="replace")[-4000:], file=sys.stderr)
            raise
        finally:
            stage.sandbox.kill()
    return bool(facts["ok"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", choices=("payments", "broadcast"), default="payments")
    parser.add_argument(
        "--full", action="store_true", help=f"{FULL_ROUNDS} kills instead of {ROUNDS} (broadcast: 50 instead of 5)"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", choices=ENGINES, default="sqlite")
    parser.add_argument("--kills", type=int, help="so many, instead")
    given = parser.parse_args()
    run, few, many = payments, ROUNDS, FULL_ROUNDS
    if given.what == "broadcast":
        run, few, many = broadcast.run, broadcast.KILLS, broadcast.FULL_KILLS
    rounds = given.kills or (many if given.full else few)
    sys.exit(0 if run(rounds=rounds, seed=given.seed, engine=given.engine) else 1)
