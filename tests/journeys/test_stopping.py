"""`obole run` in its own process: on SIGTERM it stops within five seconds while busy, and loses nothing."""

import asyncio
import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.demo.launch import example_campaign
from bot.usecases.campaigns import publish
from bot.usecases.money import reconcile
from tests.forks import Fork
from tests.journeys.environment import DISCORD_TOKEN, STRIPE_KEY, TELEGRAM_TOKEN, Environment, new_environment
from tests.journeys.people import cad, new_person, sentence
from tests.waiting import until

LATENCY = 1.5  # seconds of each call to Telegram


def environment(env: Environment) -> dict[str, str]:
    """Return the settings as environment variables."""
    own = env.settings
    names = {
        "TELEGRAM_TOKEN": TELEGRAM_TOKEN,
        "TELEGRAM_API_URL": own.telegram_api_url,
        "DISCORD_TOKEN": DISCORD_TOKEN,
        "DISCORD_API_URL": own.discord_api_url,
        "DISCORD_GATEWAY_URL": own.discord_gateway_url,
        "STRIPE_API_KEY": STRIPE_KEY,
        "STRIPE_API_URL": own.stripe_api_url,
        "STRIPE_WEBHOOK_SECRET": own.stripe_webhook_secret[0].get_secret_value(),
        "SECRET_KEY": own.secret_key[0].get_secret_value(),
        "PUBLIC_URL": own.public_url,
        "DATABASE_URL": own.database_url,
        "CHARITY_NAME": own.charity_name,
        "HOST": own.host,
        "PORT": str(own.port),
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OBOLE_")}
    return kept | {f"OBOLE_{name}": str(value) for name, value in names.items()}


def deliveries_under_way(folder: Path) -> int:
    (file,) = folder.glob("*.sqlite3")
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as database:
        return int(database.execute("SELECT count(*) FROM delivery WHERE state = 'sending'").fetchone()[0])


async def test_sigterm_while_busy_loses_nothing(tmp_path: Path) -> None:
    async with new_environment(tmp_path) as env:
        async with env.run_bot() as app:
            await publish.publish(app.ctx, example_campaign())
            donors = [new_person(env, "telegram", name=f"D{number}") for number in range(20)]
            pages = [await env.follow((await donor.command("donner", "5")).first_link) for donor in donors]
        errors = tmp_path / "errors"
        with closing(Fork("bot", ["run"], errors, folder=tmp_path, environment=environment(env))) as process:
            await until(lambda: bool(env.discord.hub.connected()), 20)
            env.telegram.set_latency(LATENCY)
            await asyncio.gather(*(env.stripe.pay(page, email="d@example.org") for page in pages))
            await until(lambda: deliveries_under_way(tmp_path))
            process.send_signal(signal.SIGTERM)
            # Sending the rest first would take all their latencies.
            assert await asyncio.to_thread(process.wait, len(donors) * LATENCY / 2) == 0
            output = process.stdout.read() + process.stderr
        assert "Traceback" not in output, output
        for secret in (TELEGRAM_TOKEN, DISCORD_TOKEN, STRIPE_KEY):
            assert secret not in output
        env.telegram.clear_faults()
        async with env.run_bot() as app:
            await reconcile.poll(app.ctx, app.intake)
            await env.all_sent(15)
            for donor in donors:
                await donor.receive(sentence("fr", "thanks-title"))
            assert (await env.campaign()).raised == cad(500 * len(donors))
            await env.assert_books_balance()
