"""The log is one line a record, followed by one id, without floods and without anything about people."""

import io
import json
import logging
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bot import tracing
from bot.domain.staff import Role
from bot.log_output import Floods, JsonFormatter, TextFormatter
from bot.tracing import traced
from tests.journeys.environment import DISCORD_TOKEN, STRIPE_KEY, TELEGRAM_TOKEN, running_environment
from tests.journeys.people import new_person
from tests.journeys.team import new_member
from tests.journeys.test_failures import ask

log = logging.getLogger("obole.test")


class Printed:
    """What a handler writes meanwhile."""

    def __init__(self, formatter: logging.Formatter, *filters: logging.Filter) -> None:
        self._written = io.StringIO()
        self.handler = logging.StreamHandler(self._written)
        self.handler.setFormatter(formatter)
        for one in filters:
            self.handler.addFilter(one)

    @property
    def lines(self) -> list[str]:
        return self._written.getvalue().splitlines()


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    found = logging.getLogger()
    level, handlers = found.level, list(found.handlers)
    found.setLevel(logging.INFO)
    yield found
    found.setLevel(level)
    found.handlers = handlers


def fail(name: str) -> None:
    raise KeyError(name)


def log_error() -> None:
    try:
        fail("Zoé")
    except KeyError:
        log.exception("it\nfailed")


def test_text_is_one_line_with_time_zone_and_id(root: logging.Logger) -> None:
    printed = Printed(TextFormatter())
    root.addHandler(printed.handler)
    with traced("3f9a02bc"):
        log_error()
    log.info("quiet")
    error, quiet = printed.lines
    when, rest = error.split(" ", 1)
    assert datetime.fromisoformat(when).tzinfo is not None
    assert rest.startswith("ERROR obole.test [3f9a02bc] it\\nfailed\\nTraceback")
    assert rest.endswith("KeyError")
    assert quiet.endswith("INFO obole.test quiet")


def test_json_has_the_same_in_fields(root: logging.Logger) -> None:
    printed = Printed(JsonFormatter())
    root.addHandler(printed.handler)
    with traced("3f9a02bc"):
        log_error()
    (line,) = printed.lines
    found = json.loads(line)
    assert datetime.fromisoformat(found.pop("time")).tzinfo is not None
    assert found.pop("traceback").endswith("KeyError")
    assert found == {"level": "error", "logger": "obole.test", "id": "3f9a02bc", "message": "it\nfailed"}


def test_flood_of_one_error_is_summed_up(root: logging.Logger) -> None:
    now = 0.0
    printed = Printed(TextFormatter(), Floods(monotonic=lambda: now))
    root.addHandler(printed.handler)
    for number in range(1000):
        log.warning("Stripe does not answer: %d", number)
        log.info("gift %d", number)
    log.warning("something else")
    assert sum("Stripe does not answer" in line for line in printed.lines) == 5
    assert sum("gift" in line for line in printed.lines) == 1000
    assert "something else" in printed.lines[-1]
    now = 61.0
    log.warning("Stripe does not answer: %d", 1000)
    assert printed.lines[-1].endswith("Stripe does not answer: 1000 (995 more like this were left out)")


def test_message_is_followed_from_its_cause_and_memory_is_bounded() -> None:
    with traced("3f9a02bc"):
        tracing.remember(1)
    tracing.remember(2)  # outside: it has no cause
    assert (tracing.recall(1), tracing.recall(1), tracing.recall(2)) == ("3f9a02bc", "", "")
    with traced("ab"):
        for number in range(10_002):
            tracing.remember(number)
    assert tracing.recall(1) == ""
    assert all(tracing.recall(number) == "ab" for number in range(2, 10_002))


async def test_gift_is_followed_by_one_id_and_log_names_nobody(tmp_path: Path, root: logging.Logger) -> None:
    printed = Printed(JsonFormatter())
    root.addHandler(printed.handler)
    people = ("Zoé Tremblay-Lachance", "Nadia Quatorze-Septembre")
    async with running_environment(tmp_path, discord_dms_per_minute=10) as env:
        staff = await new_member(env, ("discord", "en"), people[1], Role.OWNER)
        donors = [new_person(env, "telegram"), new_person(env, "discord")]
        for donor in donors:
            await env.pay((await ask(donor)).first_link)
        await env.all_sent()
    records = [json.loads(line) for line in printed.lines]
    gifts = [record for record in records if re.fullmatch(r"gift \d+: new, now paid", record["message"])]
    left = {
        record["id"] for record in records if re.fullmatch(r"message \d+ \(\w+\): (sent|parked)", record["message"])
    }
    assert len(gifts) == len(donors)
    assert {record["id"] for record in gifts} <= left
    everything = "\n".join(printed.lines)
    secrets = (TELEGRAM_TOKEN, DISCORD_TOKEN, STRIPE_KEY, env.settings.secret_key[0].get_secret_value(), "whsec_")
    ids = [person.id for person in (*donors, staff)]
    for hidden in (*secrets, *people, *map(str, ids), "donor@example.org"):
        assert hidden not in everything, hidden
