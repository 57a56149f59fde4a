"""A broadcast whose sender is killed repeatedly, and one whose responses get lost.

Nobody is skipped: recipients who did not get it are in doubt, and counted as such. Nobody gets it twice, since Telegram
cannot detect a repeat. If only responses are lost, exactly those recipients are in doubt.
"""

import asyncio
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

from tests.bench.ours_broadcast import FIRST_CHAT, prepare
from tests.bench.program import Program
from tests.faults.verdict import query_rows, verdict, workspace

KILLS, FULL_KILLS = 5, 50
PACE = 100  # messages a second
LOST_OF, LOST_PER_MILLE = 1000, 20
# Bounds of what may be in doubt after one kill: claimed ahead, being sent, and answered but not marked.
MOST_IN_DOUBT, MOST_NOT_BEGUN = PACE * 3 // 10, PACE // 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """Each recipient's state in the database, and the copies that arrived."""

    states: dict[str, str]
    copies: dict[str, int]
    lost: frozenset[str]

    def in_state(self, state: str) -> set[str]:
        """Return the recipients in this state."""
        return {chat for chat, current in self.states.items() if current == state}

    @property
    def facts(self) -> dict[str, Any]:
        """Figures of the verdict."""
        got = {chat for chat, times in self.copies.items() if times}
        return {
            "audience": len(self.states),
            "sent": len(self.in_state("sent")),
            "in_doubt": len(self.in_state("in_doubt")),
            "answers_lost": len(self.lost),
            "in_doubt_and_arrived": len(self.in_state("in_doubt") & got),
            "in_doubt_and_not_begun": len(self.in_state("in_doubt") - got),
            "skipped": len(set(self.states) - got - self.in_state("in_doubt")),
            "said_sent_and_did_not_arrive": len(self.in_state("sent") - got),
            "repeated": sum(times - 1 for times in self.copies.values()),
            "unfinished": len(self.states) - len(self.in_state("sent")) - len(self.in_state("in_doubt")),
        }

    @property
    def honest(self) -> bool:
        """Whether every recipient reached a final state, nobody was skipped and nobody got it twice."""
        wrong = ("skipped", "said_sent_and_did_not_arrive", "repeated", "unfinished")
        return not any(self.facts[name] for name in wrong)


class Environment:
    """A recorder of arriving messages, a database with a running broadcast, and a sender to kill."""

    def __init__(self, url: str, judge: Program, people: int) -> None:
        self._url, self._judge = url, judge
        asyncio.run(prepare(url, range(FIRST_CHAT, FIRST_CHAT + people)))

    def sender(self) -> "subprocess.Popen[bytes]":
        """Start a sender."""
        where = (self._judge.info["api"], self._judge.info["token"])
        return subprocess.Popen([*_OURS, self._url, *where, str(PACE), "0", "0"], stdout=subprocess.DEVNULL)

    def arrived(self) -> int:
        """Return how many messages have arrived."""
        return int(self._judge.ask("figures")["accepted"])

    def outcome(self) -> Outcome:
        """Return each recipient's state and copies."""
        states = {
            str(chat): str(state) for chat, state in query_rows(self._url, "SELECT external_id, state FROM recipient")
        }
        seen = self._judge.ask("copies")
        return Outcome(states, seen["copies"], frozenset(seen["lost"]))


_OURS = (sys.executable, "-m", "tests.bench.ours_broadcast")


def kill_in_the_middle(env: Environment, kills: int, rng: random.Random) -> None:
    """Start and kill a sender this many times while messages leave; then let one finish."""
    for number in range(kills):
        sender, before = env.sender(), env.arrived()
        while env.arrived() == before:
            if sender.poll() is not None:
                raise RuntimeError(f"the sender ended with status {sender.returncode} before kill {number + 1}")
            time.sleep(0.02)
        time.sleep(rng.uniform(0.0, 1.5))
        sender.send_signal(signal.SIGKILL)
        sender.wait()
        time.sleep(0.2)  # messages in transit arrive
        print(f"kill {number + 1}: {env.arrived()} messages have arrived", flush=True)
    last = env.sender()
    if last.wait(3600) != 0:
        raise RuntimeError(f"the last sender ended with status {last.returncode}")


def run(*, rounds: int, seed: int, engine: str) -> bool:
    """Inject both faults; return whether every check passed."""
    kills, rng = rounds, random.Random(seed)
    with verdict(kills=kills, seed=seed, engine=engine) as facts, workspace(engine) as (_, new):
        judge = Program("judge_telegram")
        try:
            judge.ask("0 0")
            killed = Environment(new(), judge, PACE * 2 * (kills + 1))
            kill_in_the_middle(killed, kills, rng)
            after_kills = killed.outcome()
            facts["killed"] = after_kills.facts
            judge.ask(f"0 0 {LOST_PER_MILLE} {seed}")
            losing = Environment(new(), judge, LOST_OF)
            kill_in_the_middle(losing, 0, rng)
            after_losses = losing.outcome()
            facts["answers lost"] = after_losses.facts
        finally:
            judge.stop()
        in_bounds = after_kills.facts["in_doubt"] <= kills * MOST_IN_DOUBT
        in_bounds &= after_kills.facts["in_doubt_and_not_begun"] <= kills * MOST_NOT_BEGUN
        exact = after_losses.in_state("in_doubt") == after_losses.lost
        facts["in_doubt_is_exact"] = exact
        facts["ok"] = after_kills.honest and in_bounds and after_losses.honest and exact
    return bool(facts["ok"])
