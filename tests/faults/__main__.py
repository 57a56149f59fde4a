"""`python -m tests.faults [payments|broadcast]`: kill the process at random and check that nothing is lost.

broadcast.py covers broadcasts; this module payments: kill `obole run` at random under load; no acknowledged event is
lost, and none is counted twice. The sandbox runs in its own process and keeps paying while Obole is down. After every
kill, each event that Obole had answered with 200 must be in the database. At the end, once all webhooks are delivered,
the gifts must equal the payments and the ledger must verify.

The number of payments depends on the rounds only, so a slow machine takes longer but does no more work. A verdict is
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
from tests.faults.verdict import ENGINES, query_rows, verdict, workspace

ROUNDS, FULL_ROUNDS = 10, 100
SECRET = "whsec_faults"
SUPPORTERS = 40  # enough that a limit of one message a second per chat does not delay the thank-yous
PAYERS = 2  # concurrent payments
PAYMENTS_A_ROUND = 8
STANDSTILL = 180.0  # seconds without progress after which we stop waiting


@dataclass
class Environment:
    """Addresses of the processes, and the environment variables that Obole runs with."""

    telegram: str
    stripe: str
    port: int
    folder: Path
    variables: dict[str, str]
    sandbox: "subprocess.Popen[bytes]"

    @property
    def database(self) -> str:
        return self.variables["OBOLE_DATABASE_URL"]


def obole(*words: str, env: dict[str, str]) -> "subprocess.Popen[bytes]":
    log = Path(env["FAULTS_LOG"]).open("ab")
    return subprocess.Popen([sys.executable, "-m", "bot", *words], env=env, stdout=log, stderr=log, cwd=env["HOME"])


async def verb(session: aiohttp.ClientSession, base: str, name: str, **options: Any) -> Any:
    async with session.post(f"{base}/_sandbox/{name}", json=options) as answer:
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


def start_environment(folder: Path, database: str) -> Environment:
    telegram, discord, stripe, port = (free_port() for _ in range(4))
    variables = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("OBOLE_", "DATABASE_URL"))},
        "HOME": str(folder),
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "FAULTS_LOG": str(folder / "log.txt"),
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
    sandbox = obole("sandbox", *ports, env=variables)
    return Environment(f"http://127.0.0.1:{telegram}", f"http://127.0.0.1:{stripe}", port, folder, variables, sandbox)


async def publish(env: Environment) -> None:
    campaign = next((Path(__file__).parents[2] / "content" / "campaigns").glob("*.toml"))
    for words in (("migrate",), ("campaign", "import", str(campaign))):
        done = obole(*words, env=env.variables)
        if await asyncio.to_thread(done.wait, 300) != 0:
            raise RuntimeError((env.folder / "log.txt").read_text()[-2000:])


async def personal_links(session: aiohttp.ClientSession, env: Environment) -> list[str]:
    """Return links that supporters would pay: the shared ones with each supporter's own reference, taken from /donner.

    Personal links accept one payment only, and none can be created while Obole is down.
    """
    shared = [
        row[0] for row in query_rows(env.database, "SELECT url FROM payment_link WHERE minor > 0 AND NOT monthly")
    ]
    links = []
    for number in range(SUPPORTERS):
        user = await verb(session, env.telegram, "add_user", first_name=f"Donor {number}")
        await verb(session, env.telegram, "say", user=user["id"], text="/donner")
        message = await verb(session, env.telegram, "wait_message", chat=user["id"], timeout=240)
        seen = [b["value"] for row in message["buttons"] for b in row if "/pay/" in str(b["value"])]
        links += [f"{url}?{urlsplit(seen[0]).query}" for url in shared]
    return links


class Load:
    """Makes as many payments as each round grants, and redelivers a webhook after every tenth."""

    def __init__(self, session: aiohttp.ClientSession, env: Environment, links: list[str], rng: random.Random) -> None:
        self._session, self._env, self._links, self._rng = session, env, links, rng
        self._granted = asyncio.Semaphore(0)
        self._is_over = False
        self.paid = 0
        self.minor = 0

    def grant(self, payments: int) -> None:
        """Allow this many more payments."""
        for _ in range(payments):
            self._granted.release()

    def end(self) -> None:
        """Stop after the payments in progress, so that each is counted."""
        self._is_over = True
        self.grant(PAYERS)

    async def run(self) -> None:
        """Pay until `end` is called."""
        while True:
            await self._granted.acquire()
            if self._is_over:
                return
            link = self._rng.choice(self._links)
            done = await verb(self._session, self._env.stripe, "pay", url=link)
            self.paid += 1
            self.minor += done["amount_total"]
            if self._rng.random() < 0.1:
                await self._redeliver()
            await asyncio.sleep(self._rng.uniform(0, 0.3))

    async def _redeliver(self) -> None:
        async with self._session.get(f"{self._env.stripe}/v1/events?limit=5", headers=_AUTH) as answer:
            events = (await answer.json())["data"]
        await verb(self._session, self._env.stripe, "deliver_again", event_id=self._rng.choice(events)["id"])


_AUTH = {"Authorization": "Bearer sk_test_faults"}


def lost(env: Environment, acknowledged: set[str]) -> set[str]:
    """Return acknowledged events that are not in the database."""
    return acknowledged - {row[0] for row in query_rows(env.database, "SELECT id FROM stripe_event")}


async def wait_for_payments(env: Environment, load: Load) -> tuple[int, int, int, int]:
    """Wait until no payment is missing or progress stops; return (gifts, their sum, thank-yous sent, in doubt).

    A thank-you that was being sent at two kills stays in doubt: it is not sent a third time, and staff see it.
    """
    found, changed = (0, 0, 0, 0), time.monotonic()
    while time.monotonic() < changed + STANDSTILL:
        (gifts,) = await asyncio.to_thread(query_rows, env.database, "SELECT count(*), sum(counted) FROM gift")
        thanks = "SELECT state, count(*) FROM delivery WHERE message = 'thanks' GROUP BY state"
        states = dict(tuple(row) for row in await asyncio.to_thread(query_rows, env.database, thanks))
        now = (int(gifts[0]), int(gifts[1] or 0), int(states.get("sent", 0)), int(states.get("in_doubt", 0)))
        if now[0] >= load.paid and now[2] + now[3] >= load.paid:
            return now
        if now != found:
            found, changed = now, time.monotonic()
        await asyncio.sleep(0.5)
    return found


async def kill_and_check(
    session: aiohttp.ClientSession, env: Environment, relay: Relay, load: Load, rounds: int, rng: random.Random
) -> int:
    """Kill and restart this many times; return how many acknowledged events were lost."""
    missing = 0
    for number in range(rounds):
        load.grant(PAYMENTS_A_ROUND)
        running = obole("run", env=env.variables)
        await until_answers(session, f"http://127.0.0.1:{env.port}/readyz")
        await asyncio.sleep(rng.uniform(0.2, 2.0))
        running.send_signal(signal.SIGKILL)
        await asyncio.to_thread(running.wait)
        gone = await asyncio.to_thread(lost, env, set(relay.acknowledged))
        missing += len(gone)
        print(f"kill {number + 1}: {len(relay.acknowledged)} acknowledged, {len(gone)} lost", flush=True)
    return missing


async def exit_status(process: "subprocess.Popen[bytes]", seconds: float) -> int | None:
    """Return the process's exit status, or None after killing it because it did not end in time."""
    try:
        return await asyncio.to_thread(process.wait, seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        return None


async def main(env: Environment, facts: dict[str, Any], rounds: int, rng: random.Random) -> None:
    relay = Relay()
    async with aiohttp.ClientSession() as session:
        await until_answers(session, f"{env.stripe}/_sandbox/state")
        await until_answers(session, f"{env.telegram}/_sandbox/state")
        relay.target = f"http://127.0.0.1:{env.port}/webhooks/stripe"
        await verb(session, env.stripe, "add_webhook", url=await relay.start(), secret=SECRET)
        await publish(env)
        first = obole("run", env=env.variables)
        load = Load(session, env, await personal_links(session, env), rng)
        payers = [asyncio.create_task(load.run()) for _ in range(PAYERS)]
        load.grant(PAYMENTS_A_ROUND)
        await asyncio.sleep(1)
        first.kill()
        facts["acknowledged_and_lost"] = missing = await kill_and_check(session, env, relay, load, rounds, rng)
        load.end()
        await asyncio.gather(*payers)
        facts |= {"payments": load.paid, "minor_paid": load.minor}
        last = obole("run", env=env.variables)
        gifts, minor, thanked, doubtful = await wait_for_payments(env, load)
        facts |= {"gifts": gifts, "minor_counted": minor, "thanked": thanked, "thanks_in_doubt": doubtful}
        facts["acknowledged"] = len(relay.acknowledged)
        started = time.monotonic()
        last.terminate()
        status = await exit_status(last, 30)
        stopped = time.monotonic() - started
        await relay.stop()
    verified = await exit_status(obole("ledger", "verify", env=env.variables), 600)
    facts |= {"ledger_verifies": verified == 0, "clean_stop_seconds": round(stopped, 2), "exit_status": status}
    good = missing == 0 and (gifts, minor) == (load.paid, load.minor) and thanked + doubtful == gifts
    facts["ok"] = good and verified == 0 and status == 0 and stopped <= 5


def payments(*, rounds: int, seed: int, engine: str) -> bool:
    """Kill `obole run` at random under load; return whether every check passed."""
    with verdict(kills=rounds, seed=seed, engine=engine) as facts, workspace(engine) as (folder, new):
        env = start_environment(folder, new())
        try:
            asyncio.run(main(env, facts, rounds, random.Random(seed)))
        except BaseException:
            print((folder / "log.txt").read_text(errors="replace")[-4000:], file=sys.stderr)
            raise
        finally:
            env.sandbox.kill()
    return bool(facts["ok"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", choices=("payments", "broadcast"), default="payments")
    parser.add_argument(
        "--full", action="store_true", help=f"{FULL_ROUNDS} kills instead of {ROUNDS} (broadcast: 50 instead of 5)"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", choices=ENGINES, default="sqlite")
    parser.add_argument("--kills", type=int, help="this many kills instead")
    options = parser.parse_args()
    run, few, many = payments, ROUNDS, FULL_ROUNDS
    if options.what == "broadcast":
        run, few, many = broadcast.run, broadcast.KILLS, broadcast.FULL_KILLS
    rounds = options.kills or (many if options.full else few)
    sys.exit(0 if run(rounds=rounds, seed=options.seed, engine=options.engine) else 1)
