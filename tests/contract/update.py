"""Regenerate the trimmed descriptions in `data` from whole ones.

    python -m tests.contract.update FILE... [--date YYYY-MM-DD] [--used TRAFFIC...]

FILE is one of

- Telegram: `api.json` of github.com/PaulSonOfLars/telegram-bot-api-spec, read from the official page;
- Discord: `specs/openapi.json` of github.com/discord/discord-api-spec;
- Stripe: the folder of the installed `stripe` library, or `openapi/spec3.json` of github.com/stripe/openapi.

What is kept is listed in `data/used.json`. `--used` adds what these recordings use (JSON lines as `recorder.py` writes
them: run the tests with `--basetemp=FOLDER`). A rule about a name that is gone makes the tests fail.
"""

import argparse
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.contract.check import local_path, problems
from tests.contract.convert import Description, converted
from tests.contract.convert_stripe import described
from tests.contract.descriptions import DATA, RULES, Service, referred_by_hand, written_by_hand
from tests.contract.exchanges import Exchange, exchanges
from tests.contract.rules import Rules
from tests.contract.trim import renamed, trimmed

USED = DATA / "used.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument(
        "--date", default=datetime.now(UTC).date().isoformat(), help="when they were published or downloaded"
    )
    parser.add_argument("--used", nargs="+", type=Path, default=[], metavar="TRAFFIC")
    given = parser.parse_args()
    used = json.loads(USED.read_text())
    traffic = [exchange for file in given.used for exchange in exchanges(file)]
    for file in given.files:
        whole = described(file, given.date) if file.is_dir() else converted(json.loads(file.read_text()), given.date)
        name = whole["service"]
        used[name] = widened(whole, used[name], [file for file in traffic if file.service == name])
        save(DATA / f"{name}.json", cut(whole, used[name]))
    USED.write_text(json.dumps(used, indent=1) + "\n")


def cut(whole: Description, used: dict[str, list[str]]) -> Description:
    """The description that is kept of a whole one."""
    return trimmed(_named(whole, used["operations"]), used["operations"], used["schemas"])


def widened(whole: Description, used: dict[str, list[str]], traffic: Iterable[Exchange]) -> dict[str, list[str]]:
    """The names of what is used, with what the traffic uses."""
    traffic, rules = list(traffic), RULES[whole["service"]]
    every = Service(whole, Rules())
    found = {
        operation.name
        for file in traffic
        if not file.push and (operation := every.find(file.method, local_path(file))) is not None
    }
    operations = sorted({*used["operations"], *found})
    named = _named(whole, operations)
    described, by_hand = set(named["schemas"]), written_by_hand(rules, named["schemas"])
    known = Service(named | {"schemas": named["schemas"] | by_hand}, _sent_too(rules))
    for file in traffic:
        problems(file, known)
    seen = {*used["schemas"], *known.checker.seen, *referred_by_hand(rules)} & described
    return {"operations": operations, "schemas": sorted(seen)}


def _sent_too(rules: Rules) -> Rules:
    """Of the rules, only what is sent without being published: with it, values are accepted."""
    fields = {
        schema: {name: words for name, words in fields.items() if "type" in words}
        for schema, fields in rules.fields.items()
    }
    return Rules(fields={schema: field for schema, field in fields.items() if field})


def save(path: Path, description: Description) -> None:
    """Write the description with one line for each operation and schema, so that changes can be read."""
    head = {key: value for key, value in description.items() if key not in ("operations", "schemas")}
    parts = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    parts += [f"{json.dumps(key)}: {{\n{_lines(description[key])}\n}}" for key in ("operations", "schemas")]
    path.write_text("{" + ",\n".join(parts) + "}\n")


def _lines(named: dict[str, Any]) -> str:
    return ",\n".join(
        f"{json.dumps(name)}: {json.dumps(schema, sort_keys=True, separators=(',', ':'))}"
        for name, schema in named.items()
    )


def _named(whole: Description, operations: list[str]) -> Description:
    return renamed(whole, operations) if whole["service"] == "stripe" else whole


if __name__ == "__main__":
    main()
